{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with half_hours as (
    select
        *,
        lag(last_at) over (
            partition by person_id
            order by slot_number asc
        ) as previous_last_at
    from {{ reopened('int_web_events__half_hours') }}
)

select
    person_id,
    cast(count(distinct visited_on) as integer) as visits,
    cast(
        count_if(
            previous_last_at is null
            or first_at > previous_last_at
            + interval '{{ var("session_minutes") }}' minute
        ) as integer
    ) as sessions,
    max(visited_on) as last_visit_on,
    {{ to_business_date('max(last_intent_at)') }} as last_intent_on,
    max(last_intent_at) as last_intent_at
from half_hours
group by person_id
