{{ config(materialized='table') }}

{{ repeated_rows('loyalty_accounts') }}
