{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

customers as (
    select * from {{ ref('int_customers__unioned') }}
),

records as (
    select
        source_system,
        'customers' as source_table,
        customer_id as record_key,
        customer_id,
        email_key,
        phone_key,
        cast(null as string) as loyalty_card,
        true as is_sighting,
        signed_up_on as dated_on,
        signed_up_at as dated_at
    from customers
    union all
    select
        source_system,
        'orders' as source_table,
        first_order_id as record_key,
        customer_id,
        email_key,
        phone_key,
        cast(null as string) as loyalty_card,
        true as is_sighting,
        first_ordered_on as dated_on,
        first_ordered_at as dated_at
    from {{ ref('int_orders__contacts') }}
    {%- for table, date, card in [
        ('loyalty_accounts', 'joined_on', 'card_number'),
        ('feedback', 'submitted_on', none),
        ('contacts', 'contacted_on', none),
        ('experiment_assignments', 'assigned_on', none),
    ] %}
    union all
    select
        source_system,
        '{{ table }}' as source_table,
        customer_id as record_key,
        customer_id,
        cast(null as string) as email_key,
        cast(null as string) as phone_key,
        {{ card or 'cast(null as string)' }} as loyalty_card,
        false as is_sighting,
        min({{ date }}) as dated_on,
        cast(null as timestamp) as dated_at
    from {{ ref('stg_shop__' ~ table) }}
    group by source_system, customer_id{{ ', ' ~ card if card }}
    {%- endfor %}
)

select
    records.source_system,
    records.source_table,
    records.record_key,
    records.customer_id,
    records.email_key,
    records.phone_key,
    records.loyalty_card,
    records.is_sighting,
    {{ hash_of([
        'records.source_system', 'records.source_table', 'records.record_key',
        'records.customer_id', 'records.email_key', 'records.phone_key',
        'records.loyalty_card', 'records.dated_on', 'records.dated_at',
        'bounds.first_date',
    ]) }} as version_hash,
    records.dated_on,
    coalesce(records.dated_on, bounds.first_date) as known_on,
    records.dated_at,
    coalesce(
        records.dated_at,
        cast(coalesce(records.dated_on, bounds.first_date) as timestamp)
    ) as known_at
from records
cross join bounds
where coalesce(records.dated_on, bounds.first_date) <= bounds.as_of_date
