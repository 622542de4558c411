{{ config(materialized='view') }}

{{ kept_rows('rfm_scores_before') }}
