{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

events as (
    select
        events.*,
        coalesce(events.customer_id, events.anonymous_id) as identifier_value,
        case
            when events.customer_id is null then 'anonymous_id' else 'customer_id'
        end as identifier_type
    from {{ ref('int_web_events__unioned') }} as events
    cross join bounds
    -- Written as a difference, because DuckDB takes a plain comparison with the bounds
    -- for a rare match, and would build its hash table of the events, not the persons.
    where {{ days_between('events.occurred_on', 'bounds.as_of_date') }} >= 0
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
)

select
    identifiers.person_id,
    events.source_system,
    events.event_id,
    events.product_id,
    events.event_type,
    events.category,
    events.utm_source,
    events.utm_medium,
    events.utm_campaign,
    events.referrer_host,
    events.device_type,
    events.os,
    events.browser,
    events.has_intent,
    events.occurred_on,
    events.occurred_at
from events
inner join identifiers
    on
        events.identifier_value = identifiers.identifier_value
        and events.identifier_type = identifiers.identifier_type
        and events.source_system = identifiers.source_system
