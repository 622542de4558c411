{{ config(materialized='table') }}

{%- set carriers = [
    ('customer_id', 'accounts', 'customer_id'),
    ('email', 'accounts', 'email'), ('email', 'orders', 'email'),
    ('phone', 'accounts', 'phone'), ('phone', 'orders', 'phone'),
    ('anonymous_id', 'web_events', 'anonymous_id'),
    ('loyalty_card', 'loyalty_accounts', 'card_number'),
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

carried as (
    {%- for identifier_type, table, column in carriers %}
    select
        '{{ identifier_type }}' as identifier_type,
        {{ table }}.{{ column }} as identifier_value
    from {{ table }}
    {%- if table != 'accounts' %}
    inner join erased on {{ table }}.customer_id = erased.customer_id
    {%- endif %}
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
