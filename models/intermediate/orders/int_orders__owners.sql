with contacts as (
    select * from {{ ref('int_orders__contacts') }}
),

orders as (
    select * from {{ ref('int_identity__owned_records') }}
    where source_table = 'orders'
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

owned as (
    select
        contacts.source_system,
        contacts.customer_id,
        contacts.email_key,
        contacts.phone_key,
        contacts.contact_hash,
        identifiers.person_id
    from contacts
    inner join orders
        on
            contacts.first_order_id = orders.record_key
            and contacts.source_system = orders.source_system
    left join identifiers
        on
            orders.owner_value = identifiers.identifier_value
            and orders.owner_type = identifiers.identifier_type
            and orders.owner_system = identifiers.source_system
)

select
    *,
    {{ hash_of(['person_id']) }} as owner_hash
from owned
