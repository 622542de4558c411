{{ config(materialized='table') }}

{{ repeated_rows('customers') }}
