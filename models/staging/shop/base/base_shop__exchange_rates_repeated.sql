{{ config(materialized='table') }}

{{ repeated_rows('exchange_rates') }}
