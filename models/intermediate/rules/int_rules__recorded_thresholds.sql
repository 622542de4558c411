{{ config(materialized='view') }}

{{ kept_rows('rfm_thresholds_before') }}
