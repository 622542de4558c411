{{ config(materialized='table') }}

{{ repeated_rows('refunds') }}
