{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

{%- set carriers = [
    ('customer_id', 'customer_id', 'customers', 'known'),
    ('anonymous_id', 'anonymous_id', ref('int_web_events__identifiers'), 'seen'),
    ('email', 'email_key', 'records', 'known'),
    ('phone', 'phone_key', 'records', 'known'),
    ('loyalty_card', 'loyalty_card', 'records', 'known'),
] %}
with records as (
    select
        *,
        case when is_sighting then dated_on end as seen_on,
        case when is_sighting then dated_at end as seen_at
    from {{ ref('int_identity__records') }}
),

customers as (
    select
        source_system,
        customer_id,
        seen_on,
        seen_at,
        known_on,
        known_at
    from records
    union all
    select
        source_system,
        customer_id,
        seen_on,
        seen_at,
        seen_on as known_on,
        seen_at as known_at
    from {{ ref('int_web_events__identifiers') }}
),

carried as (
    {%- for identifier_type, column, carrier, known in carriers %}
    select
        {{ identifier_system(identifier_type) }} as source_system,
        '{{ identifier_type }}' as identifier_type,
        {{ column }} as identifier_value,
        -- Whoever stays and used what an erased customer used, was seen as themselves.
        {%- for seen in ['seen_on', 'seen_at'] %}
        min(
            case
                when
                    customer_id is null
                    or customer_id like 'erased:%'
                    or {{ column }} not like 'erased:%'
                    then {{ seen }}
            end
        ) as first_{{ seen }},
        {%- endfor %}
        min({{ known }}_on) as known_on,
        min({{ known }}_at) as known_at
    from {{ carrier }}
    where {{ column }} is not null
    {%- set keys = ['source_system', column]
        if identifier_system(identifier_type) == 'source_system' else [column] %}
    group by {{ keys | join(', ') }}
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
        right_type as partner_type
    from {{ ref('int_identity__pairs') }}
    union all
    select
        right_own_id as own_person_id,
        left_type as partner_type
    from {{ ref('int_identity__pairs') }}
    where right_type != 'customer_id'
),

counted as (
    select
        own_person_id,
        count(*) as links,
        count(case when partner_type = 'customer_id' then 1 end) as customers
    from partners
    group by own_person_id
),

judged as (
    select
        identifiers.*,
        case
            when
                identifiers.identifier_value like '%:%'
                and identifiers.identifier_type in ('email', 'phone')
                and identifiers.identifier_value not like 'erased:%'
                then split_part(identifiers.identifier_value, ':', 1)
            when counted.customers > {{ var('identity_max_customers') }} then 'shared'
        end as problem,
        cast(coalesce(counted.customers, 0) as integer) as customers,
        -- Known together with nothing but one customer: no way leads further.
        coalesce(counted.links = 1 and counted.customers = 1, false) as is_leaf
    from identifiers
    left join counted on identifiers.own_person_id = counted.own_person_id
)

select
    own_person_id,
    source_system,
    identifier_type,
    identifier_value,
    problem,
    customers,
    is_leaf,
    -- The id stands for the identifier, and for the pseudonym that erasure puts there.
    {{ hash_of([
        'own_person_id', "identifier_value like 'erased:%'", 'problem', 'customers',
        'is_leaf', 'first_seen_on', 'known_on', 'first_seen_at', 'known_at',
    ]) }} as version_hash,
    first_seen_on,
    known_on,
    first_seen_at,
    known_at
from judged
