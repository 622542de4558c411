{#-
    The web events up to the as-of date with their persons.
    Arguments: where, an SQL condition on `events`, which of them.
-#}
{%- macro attributed_web_events(where='true') -%}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

events as (
    select
        events.*,
        {{ event_identifier('events') }}
    from {{ ref('int_web_events__unioned') }} as events
    cross join bounds
    -- Written as a difference, because DuckDB takes a plain comparison with the bounds
    -- for a rare match, and would build its hash table of the events, not the persons.
    where
        {{ days_between('events.occurred_on', 'bounds.as_of_date') }} >= 0
        and {{ where }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
)

select
    identifiers.person_id,
    events.source_system,
    events.event_id,
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
{%- endmacro -%}


{#-
    The web events of the persons told anew. Events do not say whose they are, browsers do:
    those of other browsers are not looked at. Takes no arguments.
-#}
{%- macro reopened_web_events() -%}
    {%- for model in [
        'int_persons__touched', 'int_web_events__told_browsers', 'int_calendar__bounds',
        'int_web_events__unioned', 'int_persons__resolved',
    ] %}{{ comes_after(model) }}{% endfor -%}
    {%- set rows = ref('int_web_events__attributed') -%}
    {%- if execute and is_incremental() -%}
        {%- set is_of_told_browser = 'events.browser_hash in (select browser_hash from '
            ~ ref('int_web_events__told_browsers') ~ ')' -%}
        {{ return('(select * from (' ~ attributed_web_events(is_of_told_browser)
            ~ ') as attributed where ' ~ is_of_persons_told_anew() ~ ')') }}
    {%- endif -%}
    {{ return(rows) }}
{%- endmacro -%}
