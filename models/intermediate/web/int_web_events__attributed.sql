{{ config(materialized='view') }}

{{ attributed_web_events() }}
