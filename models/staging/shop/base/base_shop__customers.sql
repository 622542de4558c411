{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('customers') }}
