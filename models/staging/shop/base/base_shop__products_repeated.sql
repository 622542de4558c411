{{ config(materialized='table') }}

{{ repeated_rows('products') }}
