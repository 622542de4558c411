with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

customers as (
    {{ union_systems('customers') }}
),

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

web_identifiers as (
    select * from {{ ref('int_web_events__identifiers') }}
),

sightings as (
    select
        source_system,
        'customer_id' as identifier_type,
        customer_id as identifier_value,
        signed_up_on as seen_on,
        signed_up_at as seen_at
    from customers
    union all
    select
        source_system,
        'customer_id' as identifier_type,
        customer_id as identifier_value,
        min(ordered_on) as seen_on,
        min(ordered_at) as seen_at
    from orders
    where customer_id is not null
    group by source_system, customer_id
    union all
    select
        source_system,
        'anonymous_id' as identifier_type,
        anonymous_id as identifier_value,
        seen_on,
        seen_at
    from web_identifiers
    union all
    select
        source_system,
        'customer_id' as identifier_type,
        customer_id as identifier_value,
        seen_on,
        seen_at
    from web_identifiers
    where customer_id is not null
    {%- for entity, date in [
        ('loyalty_accounts', 'records.joined_on'),
        ('feedback', 'records.submitted_on'),
        ('contacts', 'records.contacted_on'),
        ('experiment_assignments', 'records.assigned_on'),
    ] %}
    union all
    select
        records.source_system,
        'customer_id' as identifier_type,
        records.customer_id as identifier_value,
        case when {{ date }} > bounds.as_of_date then {{ date }} end as seen_on,
        cast(null as timestamp) as seen_at
    from {{ ref('stg_shop__' ~ entity) }} as records
    cross join bounds
    {%- endfor %}
)

select
    sightings.source_system,
    sightings.identifier_type,
    sightings.identifier_value,
    min(sightings.seen_on) as first_seen_on,
    min(sightings.seen_at) as first_seen_at
from sightings
cross join bounds
where sightings.seen_on is null or sightings.seen_on <= bounds.as_of_date
group by
    sightings.source_system,
    sightings.identifier_type,
    sightings.identifier_value
