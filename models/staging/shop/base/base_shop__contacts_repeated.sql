{{ config(materialized='table') }}

{{ repeated_rows('contacts') }}
