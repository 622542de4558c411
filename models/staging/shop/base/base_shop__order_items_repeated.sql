{{ config(materialized='table') }}

{{ repeated_rows('order_items') }}
