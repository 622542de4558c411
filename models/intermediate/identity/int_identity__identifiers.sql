{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

{%- set carriers = [
    ('customer_id', 'customers', 'customer_id'),
    ('anonymous_id', 'visits', 'anonymous_id'),
    ('email', 'records', 'email_key'),
    ('phone', 'records', 'phone_key'),
    ('loyalty_card', 'records', 'loyalty_card'),
] %}
with partners as (
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

-- Whose a record is where erasure parts what it carries: the customer's, else its
-- e-mail's, else its phone number's. A guest's order is counted for the same one.
records as (
    select
        records.*,
        case when records.is_sighting then records.dated_on end as seen_on,
        case when records.is_sighting then records.dated_at end as seen_at,
        coalesce(
            records.customer_id,
            case
                when {{ tells_apart('records.email_key') }} and shared.customers is null
                    then records.email_key
            end,
            coalesce(records.phone_key, records.email_key)
        ) as leader
    from {{ ref('int_identity__records') }} as records
    left join counted as shared
        on
            shared.customers > {{ var('identity_max_customers') }}
            and records.customer_id is null
            and (records.email_key like 'erased:%')
            != (records.phone_key like 'erased:%')
            and {{ person_key("'any'", "'email'", 'records.email_key') }}
            = shared.own_person_id
),

visits as (
    select
        *,
        seen_on as known_on,
        seen_at as known_at,
        coalesce(customer_id, anonymous_id) as leader
    from {{ ref('int_web_events__identifiers') }}
),

customers as (
    {%- for carrier in ['records', 'visits'] %}
    select
        source_system,
        customer_id,
        seen_on,
        seen_at,
        known_on,
        known_at,
        leader
    from {{ carrier }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

identifiers as (
    {%- for kind, carrier, column in carriers %}
    select
        {{ identifier_system(kind) }} as source_system,
        '{{ kind }}' as identifier_type,
        {{ column }} as identifier_value,
        {{ person_key(identifier_system(kind), "'" ~ kind ~ "'", column) }}
            as own_person_id,
        -- Not seen where erasure has parted it from whose the record is.
        {%- for seen in ['seen_on', 'seen_at'] %}
        min(
            case
                when ({{ column }} like 'erased:%') = (leader like 'erased:%')
                    then {{ seen }}
            end
        ) as first_{{ seen }},
        {%- endfor %}
        min(known_on) as known_on,
        min(known_at) as known_at
    from {{ carrier }}
    where {{ column }} is not null
    {%- set keys = ['source_system', column]
        if identifier_system(kind) == 'source_system' else [column] %}
    group by {{ keys | join(', ') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

judged as (
    select
        identifiers.*,
        case
            when
                identifiers.identifier_type in ('email', 'phone')
                and not {{ tells_apart('identifiers.identifier_value') }}
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
