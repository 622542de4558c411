{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('web_events') }}
