with touched as (
    select * from {{ ref('int_persons__touched') }}
    where cause != 'due'
),

identifiers as (
    select resolved.*
    from {{ ref('int_persons__resolved') }} as resolved
    inner join touched on resolved.person_id = touched.person_id
),

browsers as (
    select
        browsers.*,
        {{ event_identifier('browsers') }}
    from {{ ref('int_web_events__identifiers') }} as browsers
)

select distinct browsers.browser_hash
from browsers
inner join identifiers
    on
        browsers.identifier_value = identifiers.identifier_value
        and browsers.identifier_type = identifiers.identifier_type
        and browsers.source_system = identifiers.source_system
