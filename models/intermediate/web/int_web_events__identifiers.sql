with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

events as (
    select * from {{ ref('int_web_events__unioned') }}
)

select
    events.source_system,
    events.anonymous_id,
    events.customer_id,
    {{ earliest_of('events.event_id', 'events.occurred_at') }} as first_event_id,
    min(events.occurred_on) as seen_on,
    min(events.occurred_at) as seen_at,
    cast(sum(cast(events.version_hash as decimal(20, 0))) as decimal(38, 0))
        as events_fingerprint
from events
cross join bounds
where events.occurred_on <= bounds.as_of_date
group by events.source_system, events.anonymous_id, events.customer_id
