{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

links as (
    select * from {{ ref('int_identity__links') }}
),

customers as (
    select * from {{ ref('int_customers__unioned') }}
)

select
    person_id,
    {{ hash_of([
        'source_system', 'identifier_type', 'identifier_value', 'first_seen_at',
    ]) }} as identity_fact
from identifiers
union all
select
    identifiers.person_id,
    {{ hash_of([
        'links.source_system', 'links.source_table', 'links.record_key',
        'links.left_own_id', 'links.right_own_id', 'links.linked_on',
    ]) }} as identity_fact
from links
inner join identifiers on links.left_own_id = identifiers.own_person_id
union all
select
    identifiers.person_id,
    {{ hash_of([
        'customers.source_system', 'customers.customer_id', 'customers.email_key',
        'customers.phone_key', 'customers.contact_hash', 'customers.gender',
        'customers.occupation', 'customers.marital_status', 'customers.income_band',
        'customers.city', 'customers.province', 'customers.country',
        'customers.latitude', 'customers.longitude', 'customers.email_consent',
        'customers.phone_consent', 'customers.ads_consent', 'customers.birth_date',
        'customers.signed_up_at', 'customers.erased_at',
    ]) }} as identity_fact
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
