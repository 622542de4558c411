{{ config(materialized='table') }}

{%- set carriers = [
    ('customer_id', 'accounts', 'customer_id'),
    ('email', 'accounts', 'email'), ('email', 'their_orders', 'email'),
    ('phone', 'accounts', 'phone'), ('phone', 'their_orders', 'phone'),
    ('anonymous_id', 'their_events', 'anonymous_id'),
    ('loyalty_card', 'their_cards', 'card_number'),
] %}

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
    select distinct customer_id
    from customers
    where erased_at is not null and customer_id is not null
),

-- All rows of their accounts, and those of whoever asked without an id.
accounts as (
    select customers.*
    from customers
    left join erased on customers.customer_id = erased.customer_id
    where erased.customer_id is not null or customers.erased_at is not null
),

their_orders as (
    select orders.*
    from orders
    inner join erased on orders.customer_id = erased.customer_id
),

their_events as (
    select web_events.*
    from web_events
    inner join erased on web_events.customer_id = erased.customer_id
),

their_cards as (
    select loyalty_accounts.*
    from loyalty_accounts
    inner join erased on loyalty_accounts.customer_id = erased.customer_id
),

carried as (
    {%- for identifier_type, table, column in carriers %}
    select
        '{{ identifier_type }}' as identifier_type,
        {{ column }} as identifier_value
    from {{ table }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

phones as (
    select * from {{ ref('base_shop__phones') }}
),

-- An e-mail in its one spelling, a phone number in every spelling that there is.
hashed as (
    {%- for kind in ['customer_id', 'anonymous_id', 'loyalty_card', 'email'] %}
    select
        identifier_type,
        md5({{ comparable_identifier(kind, 'identifier_value') }}) as identifier_hash,
        {{ pseudonym_of_given(kind, 'identifier_value') }} as pseudonym
    from carried
    where identifier_type = '{{ kind }}'
    union all
    {%- endfor %}
    select
        'phone' as identifier_type,
        spellings.phone_hash as identifier_hash,
        {{ pseudonym('phone', 'spellings.phone_key') }} as pseudonym
    from carried
    inner join phones as given on md5(carried.identifier_value) = given.phone_hash
    inner join phones as spellings on given.phone_key = spellings.phone_key
    where carried.identifier_type = 'phone'
)

select distinct
    identifier_type,
    identifier_hash,
    pseudonym
from hashed
where identifier_hash is not null
