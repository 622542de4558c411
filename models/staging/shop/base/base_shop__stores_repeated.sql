{{ config(materialized='table') }}

{{ repeated_rows('stores') }}
