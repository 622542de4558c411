-- Kept from run to run: to find the earliest event of each pair takes longer than to
-- see of which browsers there are other events than before.
{{ config(
    materialized='incremental',
    incremental_strategy='changed_groups',
    group_by='browser_hash',
    on_schema_change='fail',
    pre_hook="{{ find_changed_groups(events_by_browser(), rows_by_group('events')) }}",
) }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

events as (
    select * from {{ ref('int_web_events__unioned') }}
    where {{ is_in_changed_group() }}
)

select
    events.source_system,
    events.anonymous_id,
    events.customer_id,
    events.browser_hash,
    {{ earliest_of('events.event_id', 'events.occurred_at') }} as first_event_id,
    cast(count(*) as bigint) as events,
    bit_xor(events.version_hash) as fingerprint,
    min(events.occurred_on) as seen_on,
    min(events.occurred_at) as seen_at
from events
cross join bounds
where events.occurred_on <= bounds.as_of_date
group by
    events.source_system, events.anonymous_id, events.customer_id, events.browser_hash
