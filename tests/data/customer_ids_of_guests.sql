-- No customer id stands for all guests, as 0 does in exports of some shop systems:
-- its orders would be one person's, and so would be all who ever used its contacts.
-- A row here is an id that is called so, or has more contacts than a customer.
{{ config(severity='warn') }}

{%- set most_contacts = 20 %}

with contacts as (
    select
        source_system,
        customer_id,
        orders,
        case when {{ is_usable_contact('email_key') }} then email_key end as email_key,
        case when {{ is_usable_contact('phone_key') }} then phone_key end as phone_key
    from {{ ref('int_orders__contacts') }}
    where customer_id is not null
),

customers as (
    select
        source_system,
        customer_id,
        sum(orders) as orders,
        count(distinct email_key) as emails,
        count(distinct phone_key) as phones
    from contacts
    group by source_system, customer_id
)

select
    *,
    'Customer id `' || customer_id || '` has ' || orders || ' orders with ' || emails
    || ' e-mails and ' || phones || ' phone numbers. If it stands for guests, add '
    || '`customer_id,value,' || lower(customer_id) || '` to seed '
    || 'placeholder_identifiers: now they are all one person.' as message
from customers
where
    lower(customer_id) in (
        '0', '-1', 'null', 'none', 'nan', 'n/a', 'undefined', 'guest', 'anonymous',
        'khách lẻ', 'khach le', 'khachle', 'khách vãng lai', 'khach vang lai'
    )
    or emails > {{ most_contacts }}
    or phones > {{ most_contacts }}
