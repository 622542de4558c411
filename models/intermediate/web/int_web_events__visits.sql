with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

events as (
    select
        events.source_system,
        events.has_intent,
        events.occurred_on,
        coalesce(events.customer_id, events.anonymous_id) as identifier_value,
        case
            when events.customer_id is null then 'anonymous_id' else 'customer_id'
        end as identifier_type
    from {{ ref('int_web_events__unioned') }} as events
    cross join bounds
    where events.occurred_on <= bounds.as_of_date
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
)

select
    identifiers.person_id,
    cast(count(*) as integer) as events,
    bool_or(events.has_intent) as has_intent,
    events.occurred_on as visited_on
from events
inner join identifiers
    on
        events.identifier_value = identifiers.identifier_value
        and events.identifier_type = identifiers.identifier_type
        and events.source_system = identifiers.source_system
group by identifiers.person_id, events.occurred_on
