{{ config(materialized='table') }}

{{ repeated_rows('web_events') }}
