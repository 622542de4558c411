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

loyalty_accounts as (
    {{ raw_texts('loyalty_accounts', ['customer_id', 'card_number']) }}
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
        cast(null as string) as anonymous_id,
        cast(null as string) as loyalty_card
    from erased
    union all
    select
        cast(null as string) as customer_id,
        orders.email,
        orders.phone,
        cast(null as string) as anonymous_id,
        cast(null as string) as loyalty_card
    from orders
    inner join erased on orders.customer_id = erased.customer_id
    union all
    select
        cast(null as string) as customer_id,
        cast(null as string) as email,
        cast(null as string) as phone,
        web_events.anonymous_id,
        cast(null as string) as loyalty_card
    from web_events
    inner join erased on web_events.customer_id = erased.customer_id
    union all
    select
        cast(null as string) as customer_id,
        cast(null as string) as email,
        cast(null as string) as phone,
        cast(null as string) as anonymous_id,
        loyalty_accounts.card_number as loyalty_card
    from loyalty_accounts
    inner join erased on loyalty_accounts.customer_id = erased.customer_id
),

phones as (
    select * from {{ ref('base_shop__phones') }}
),

-- Every spelling of the numbers that they gave.
erased_phones as (
    select spellings.phone_hash
    from carried
    inner join phones as given on md5(carried.phone) = given.phone_hash
    inner join phones as spellings on given.phone_key = spellings.phone_key
),

hashed as (
    {%- for kind in ['customer_id', 'anonymous_id', 'loyalty_card', 'email'] %}
    select
        '{{ kind }}' as identifier_type,
        md5({{ comparable_identifier(kind, kind) }}) as identifier_hash
    from carried
    where {{ kind }} is not null
    union all
    {%- endfor %}
    select
        'phone' as identifier_type,
        phone_hash as identifier_hash
    from erased_phones
)

select distinct
    identifier_type,
    identifier_hash
from hashed
where identifier_hash is not null
