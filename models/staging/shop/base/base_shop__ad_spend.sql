{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('ad_spend') }}
