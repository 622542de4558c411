{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set minutes, shift = slot_minutes(), slot_shift_minutes() %}
with events as (
    select
        person_id,
        case
            when coalesce(device_type, os, browser) is not null
                then {{ hash_of(['device_type', 'os', 'browser']) }}
        end as device_hash,
        occurred_at,
        {{ steps_since_epoch('occurred_at', minutes, shift) }} as slot_number,
        case when has_intent then occurred_at end as intended_at
    from {{ reopened_web_events() }}
),

slots as (
    select
        person_id,
        slot_number,
        max(device_hash) as device_hash,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        max(intended_at) as last_intent_at
    from events
    group by person_id, slot_number
),

placed as (
    select
        *,
        {{ to_local_time(start_of_step('slot_number', minutes, shift)) }}
            as started_at_local
    from slots
)

select
    person_id,
    slot_number,
    device_hash,
    cast(extract(hour from started_at_local) as integer) as local_hour,
    {{ weekday_number('cast(started_at_local as date)') }} as local_weekday,
    cast(started_at_local as date) as visited_on,
    first_at,
    last_at,
    last_intent_at
from placed
