{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

identifiers as (
    select
        *,
        case when identifier_type = 'customer_id' then identifier_value end
            as customer_id
    from {{ ref('int_persons__resolved') }}
),

customers as (
    select * from {{ ref('int_customers__unioned') }}
),

profiles as (
    select
        customers.source_system,
        customers.customer_id,
        customers.erased_at is null as is_kept,
        customers.signed_up_on,
        ({{ is_usable_contact('customers.email_key') }} and customers.email_consent)
        or ({{ is_usable_contact('customers.phone_key') }} and customers.phone_consent)
            as is_reachable
    from customers
    cross join bounds
    where
        customers.signed_up_on is null
        or customers.signed_up_on <= bounds.as_of_date
),

persons as (
    select
        identifiers.person_id,
        bool_and(identifiers.identifier_type = 'anonymous_id') as is_anonymous,
        coalesce(bool_or(profiles.is_reachable), false)
        and coalesce(bool_and(profiles.is_kept), true) as is_reachable,
        coalesce(min(identifiers.first_seen_on), min(identifiers.known_on))
            as first_seen_on,
        min(profiles.signed_up_on) as signed_up_on
    from identifiers
    left join profiles
        on
            identifiers.source_system = profiles.source_system
            and identifiers.customer_id = profiles.customer_id
    group by identifiers.person_id
)

select
    persons.person_id,
    persons.is_anonymous,
    persons.is_reachable,
    {{ hash_of([
        'persons.person_id', 'persons.is_anonymous', 'persons.is_reachable',
        'persons.first_seen_on', 'persons.signed_up_on',
    ]) }} as version_hash,
    persons.first_seen_on,
    persons.signed_up_on
from persons
cross join bounds
where persons.first_seen_on <= bounds.as_of_date
