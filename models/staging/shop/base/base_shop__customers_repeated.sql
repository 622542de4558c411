-- Stored, and so in clear, for rows whose key repeats: where contacts may stand.
{{ config(materialized='table', schema='restricted') }}

{{ repeated_rows('customers') }}
