{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

{%- set contacts = [
    ('email', 'email_key'), ('phone', 'phone_key'), ('loyalty_card', 'loyalty_card'),
] %}
with records as (
    select
        *,
        {{ person_key('source_system', "'customer_id'", 'customer_id') }}
            as customer_own_id
    from {{ ref('int_identity__records') }}
),

-- One row per browser and customer already, and by far the most.
web_pairs as (
    select
        source_system,
        'web_events' as source_table,
        first_event_id as record_key,
        'anonymous_id' as left_type,
        {{ person_key('source_system', "'anonymous_id'", 'anonymous_id') }}
            as left_own_id,
        'customer_id' as right_type,
        {{ person_key('source_system', "'customer_id'", 'customer_id') }}
            as right_own_id,
        -- What an erased customer used leads to nobody who stays.
        (anonymous_id like 'erased:%') = (customer_id like 'erased:%') as is_open,
        seen_on as linked_on
    from {{ ref('int_web_events__identifiers') }}
    where customer_id is not null
),

contact_pairs as (
    {%- for kind, column in contacts %}
    select
        source_system,
        source_table,
        record_key,
        '{{ kind }}' as left_type,
        {{ person_key(identifier_system(kind), "'" ~ kind ~ "'", column) }}
            as left_own_id,
        'customer_id' as right_type,
        customer_own_id as right_own_id,
        ({{ column }} like 'erased:%') = (customer_id like 'erased:%') as is_open,
        known_on as linked_on,
        known_at as linked_at
    from records
    where {{ column }} is not null and customer_id is not null
    union all
    {%- endfor %}
    select
        source_system,
        source_table,
        record_key,
        'email' as left_type,
        {{ person_key(identifier_system('email'), "'email'", 'email_key') }}
            as left_own_id,
        'phone' as right_type,
        {{ person_key(identifier_system('phone'), "'phone'", 'phone_key') }}
            as right_own_id,
        (email_key like 'erased:%') = (phone_key like 'erased:%') as is_open,
        known_on as linked_on,
        known_at as linked_at
    from records
    where email_key is not null and phone_key is not null and customer_id is null
),

numbered as (
    select
        *,
        row_number() over (
            partition by left_own_id, right_own_id
            order by
                linked_on asc,
                linked_at asc,
                source_table asc,
                source_system asc,
                record_key asc
        ) as pair_number
    from contact_pairs
),

pairs as (
    select * from web_pairs
    union all
    select
        source_system,
        source_table,
        record_key,
        left_type,
        left_own_id,
        right_type,
        right_own_id,
        is_open,
        linked_on
    from numbered
    where pair_number = 1
)

select
    source_system,
    source_table,
    record_key,
    left_type,
    left_own_id,
    right_type,
    right_own_id,
    is_open,
    {{ hash_of([
        'source_system', 'source_table', 'record_key', 'left_type', 'left_own_id',
        'right_type', 'right_own_id', 'is_open', 'linked_on',
    ]) }} as version_hash,
    linked_on
from pairs
