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
with records as (
    select * from {{ ref('int_identity__owned_records') }}
),

visits as (
    select
        *,
        seen_on as known_on,
        seen_at as known_at,
        coalesce(customer_id, anonymous_id) as owner_value
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
        owner_value
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
        -- Not seen where erasure has parted it from the record's owner.
        {%- for seen in ['seen_on', 'seen_at'] %}
        min(
            case
                when
                    owner_value is null
                    or (owner_value like 'erased:%') = ({{ column }} like 'erased:%')
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
            when partners.is_shared then 'shared'
        end as problem,
        coalesce(partners.customers, 0) as customers,
        coalesce(partners.is_leaf, false) as is_leaf
    from identifiers
    left join {{ ref('int_identity__partners') }} as partners
        on identifiers.own_person_id = partners.own_person_id
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
