{{ config(materialized='table') }}

{{ repeated_rows('feedback') }}
