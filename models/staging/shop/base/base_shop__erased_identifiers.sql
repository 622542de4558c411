{{ config(materialized='table') }}

with customers as (
    {{ raw_texts('customers', ['customer_id', 'email', 'phone', 'erased_at']) }}
),

orders as (
    {{ raw_texts('orders', ['customer_id', 'email', 'phone']) }}
),

web_events as (
    {{ raw_texts('web_events', ['customer_id', 'anonymous_id']) }}
),

erased as (
    select
        customer_id,
        email,
        phone
    from customers
    where erased_at is not null
),

carried as (
    select
        customer_id,
        email,
        phone,
        cast(null as string) as anonymous_id
    from erased
    union all
    select
        cast(null as string) as customer_id,
        orders.email,
        orders.phone,
        cast(null as string) as anonymous_id
    from orders
    inner join erased on orders.customer_id = erased.customer_id
    union all
    select
        cast(null as string) as customer_id,
        cast(null as string) as email,
        cast(null as string) as phone,
        web_events.anonymous_id
    from web_events
    inner join erased on web_events.customer_id = erased.customer_id
),

comparable as (
    select
        customer_id,
        anonymous_id,
        {{ comparable_identifier('email', 'email') }} as email,
        {{ comparable_identifier('phone', 'phone') }} as phone
    from carried
),

hashed as (
    {%- for kind in ['customer_id', 'email', 'phone', 'anonymous_id'] %}
    select
        '{{ kind }}' as identifier_type,
        {{ hash_of([kind]) }} as identifier_hash
    from comparable
    where {{ kind }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select distinct
    identifier_type,
    identifier_hash
from hashed
