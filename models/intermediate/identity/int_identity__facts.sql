{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

-- The links of leaves are part of their identifiers.
links as (
    select * from {{ ref('int_identity__links') }}
    where not is_leaf
),

customers as (
    select * from {{ ref('int_customers__unioned') }}
)

select
    person_id,
    version_hash as identity_fact
from identifiers
union all
select
    identifiers.person_id,
    links.version_hash as identity_fact
from links
inner join identifiers on links.left_own_id = identifiers.own_person_id
union all
select
    identifiers.person_id,
    customers.version_hash as identity_fact
from customers
cross join bounds
inner join identifiers
    on
        customers.source_system = identifiers.source_system
        and customers.customer_id = identifiers.identifier_value
        and identifiers.identifier_type = 'customer_id'
where customers.signed_up_on is null or customers.signed_up_on <= bounds.as_of_date
union all
select
    person_id,
    contact_hash as identity_fact
from {{ ref('int_identity__order_contacts') }}
