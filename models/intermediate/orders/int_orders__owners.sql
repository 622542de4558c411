with contacts as (
    select
        *,
        case when customer_id is null then email_key end as guest_email_key,
        case when customer_id is null then phone_key end as guest_phone_key
    from {{ ref('int_orders__contacts') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

customers as (
    select * from identifiers
    where identifier_type = 'customer_id'
),

emails as (
    select * from identifiers
    where identifier_type = 'email'
),

phones as (
    select * from identifiers
    where identifier_type = 'phone'
),

owned as (
    select
        contacts.source_system,
        contacts.customer_id,
        contacts.email_key,
        contacts.phone_key,
        contacts.contact_hash,
        coalesce(customers.person_id, emails.person_id, phones.person_id) as person_id
    from contacts
    left join customers
        on
            contacts.customer_id = customers.identifier_value
            and contacts.source_system = customers.source_system
    left join emails on contacts.guest_email_key = emails.identifier_value
    left join phones on contacts.guest_phone_key = phones.identifier_value
)

select
    *,
    {{ hash_of(['person_id']) }} as owner_hash
from owned
