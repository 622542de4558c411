{{ config(materialized='table') }}

{{ repeated_rows('experiment_assignments') }}
