{{ config(materialized='table') }}

{{ repeated_rows('ad_spend') }}
