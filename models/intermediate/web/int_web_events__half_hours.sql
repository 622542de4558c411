{%- set minutes, shift = slot_minutes(), slot_shift_minutes() %}
with devices as (
    select * from {{ ref('int_web_events__devices') }}
),

events as (
    select
        events.person_id,
        devices.device_number,
        events.occurred_at,
        {{ steps_since_epoch('events.occurred_at', minutes, shift) }} as slot_number,
        case when events.has_intent then events.occurred_at end as intended_at
    from {{ ref('int_web_events__attributed') }} as events
    inner join devices
        on
            events.device_type is not distinct from devices.device_type
            and events.os is not distinct from devices.os
            and events.browser is not distinct from devices.browser
),

slots as (
    select
        person_id,
        slot_number,
        max(device_number) as device_number,
        count(*) as events,
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
    device_number,
    cast(events as integer) as events,
    cast(extract(hour from started_at_local) as integer) as local_hour,
    {{ weekday_number('cast(started_at_local as date)') }} as local_weekday,
    cast(started_at_local as date) as visited_on,
    first_at,
    last_at,
    last_intent_at
from placed
