{{ config(materialized='view') }}

{{ kept_rows('segment_migrations_before') }}
