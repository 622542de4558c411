{%- set columns = {
    'customer_id': 'customer_id',
    'anonymous_id': 'anonymous_id',
    'email': 'email_key',
    'phone': 'phone_key',
    'loyalty_card': 'loyalty_card',
} %}
with records as (
    select * from {{ ref('int_identity__records') }}
),

carried as (
    {%- for identifier_type, column in columns.items() %}
    select
        {{ identifier_system(identifier_type) }} as source_system,
        '{{ identifier_type }}' as identifier_type,
        {{ column }} as identifier_value,
        min(case when is_sighting then dated_on end) as first_seen_on,
        min(case when is_sighting then dated_at end) as first_seen_at,
        min(known_on) as known_on,
        min(known_at) as known_at
    from records
    where {{ column }} is not null
    group by {{ column }}
        {%- if identifier_system(identifier_type) == 'source_system' %}, source_system
        {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

identifiers as (
    select
        *,
        {{ person_key('source_system', 'identifier_type', 'identifier_value') }}
            as own_person_id
    from carried
),

partners as (
    select
        left_own_id as own_person_id,
        count(*) as links,
        count(case when right_type = 'customer_id' then 1 end) as customers
    from {{ ref('int_identity__pairs') }}
    group by left_own_id
    union all
    select
        right_own_id as own_person_id,
        count(*) as links,
        0 as customers
    from {{ ref('int_identity__pairs') }}
    where right_type != 'customer_id'
    group by right_own_id
),

counted as (
    select
        own_person_id,
        sum(links) as links,
        sum(customers) as customers
    from partners
    group by own_person_id
)

select
    identifiers.own_person_id,
    identifiers.source_system,
    identifiers.identifier_type,
    identifiers.identifier_value,
    case
        when identifiers.identifier_value like '%:%'
            and identifiers.identifier_type in ('email', 'phone')
            then split_part(identifiers.identifier_value, ':', 1)
        when counted.customers > {{ var('identity_max_customers') }} then 'shared'
    end as problem,
    cast(coalesce(counted.customers, 0) as integer) as customers,
    -- Known together with nothing but one customer: no way leads further.
    coalesce(counted.links = 1 and counted.customers = 1, false) as is_leaf,
    identifiers.first_seen_on,
    identifiers.known_on,
    identifiers.first_seen_at,
    identifiers.known_at
from identifiers
left join counted on identifiers.own_person_id = counted.own_person_id
