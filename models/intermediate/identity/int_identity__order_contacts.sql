{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

orders as (
    {{ union_systems('orders') }}
),

-- A phone number may be written in several ways, an e-mail is told by its key.
given as (
    select
        source_system,
        customer_id,
        'email' as contact_type,
        email_key as contact_key,
        cast(null as string) as contact_text,
        min(dated_on) as given_on
    from {{ ref('int_identity__records') }}
    where source_table = 'orders' and email_key is not null
    group by source_system, customer_id, email_key
    union all
    select
        source_system,
        customer_id,
        'phone' as contact_type,
        phone_key as contact_key,
        phone as contact_text,
        min(ordered_on) as given_on
    from orders
    where phone is not null
    group by source_system, customer_id, phone_key, phone
),

owned as (
    select
        given.*,
        identifiers.person_id
    from given
    inner join identifiers
        on
            given.source_system = identifiers.source_system
            and given.customer_id = identifiers.identifier_value
            and identifiers.identifier_type = 'customer_id'
    union all
    select
        given.*,
        identifiers.person_id
    from given
    inner join identifiers
        on
            given.contact_key = identifiers.identifier_value
            and given.contact_type = identifiers.identifier_type
    where given.customer_id is null
)

select
    owned.person_id,
    {{ hash_of([
        'owned.source_system', 'owned.customer_id', 'owned.contact_type',
        'owned.contact_key', 'owned.contact_text', 'owned.given_on',
    ]) }} as contact_hash
from owned
cross join bounds
where owned.given_on is null or owned.given_on <= bounds.as_of_date
