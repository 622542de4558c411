-- A table of what the segments need: several models read it, and the view behind it
-- parses the raw files.
with events as (
    {{ union_systems('web_events') }}
)

select
    source_system,
    event_id,
    anonymous_id,
    customer_id,
    event_type in ('add_to_cart', 'checkout') as has_intent,
    occurred_on,
    occurred_at
from events
