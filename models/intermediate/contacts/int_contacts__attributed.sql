{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

contacts as (
    {{ union_systems('contacts') }}
),

outcomes as (
    select * from {{ ref('contact_outcomes') }}
),

customers as (
    select
        source_system,
        identifier_value as customer_id,
        person_id
    from {{ ref('int_persons__resolved') }}
    where identifier_type = 'customer_id'
)

select
    customers.person_id,
    contacts.source_system,
    contacts.contact_id,
    coalesce(outcomes.is_reply, false) as is_reply,
    contacts.contacted_on,
    contacts.contacted_at
from contacts
inner join customers
    on
        contacts.source_system = customers.source_system
        and contacts.customer_id = customers.customer_id
left join outcomes on lower(contacts.outcome) = outcomes.outcome
cross join bounds
where contacts.contacted_on <= bounds.as_of_date
