{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('order_items') }}
