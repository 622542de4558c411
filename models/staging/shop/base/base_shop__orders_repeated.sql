{{ config(materialized='table') }}

{{ repeated_rows('orders') }}
