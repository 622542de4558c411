{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('refunds') }}
