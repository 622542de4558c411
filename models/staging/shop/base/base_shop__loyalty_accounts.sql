{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('loyalty_accounts') }}
