{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with half_hours as (
    select * from {{ reopened('int_web_events__half_hours') }}
)

select
    person_id,
    max(last_intent_at) is not null as has_intent,
    visited_on
from half_hours
group by person_id, visited_on
