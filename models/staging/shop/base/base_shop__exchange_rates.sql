{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('exchange_rates') }}
