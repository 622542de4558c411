-- A table, and hashed: reading numbers by the rules of 240 countries takes a pattern
-- that is slow to plan, so it is done once per text.
{{ config(materialized='table') }}

with customers as (
    {{ raw_texts('customers', ['phone']) }}
),

orders as (
    {{ raw_texts('orders', ['phone']) }}
),

given as (
    select phone from customers
    where phone is not null
    union distinct
    select phone from orders
    where phone is not null
),

normalised as (
    select
        phone,
        {{ to_e164('phone') }} as normalised_phone
    from given
)

select
    md5(phone) as phone_hash,
    {{ contact_key('phone', 'phone', 'normalised_phone') }} as phone_key
from normalised
