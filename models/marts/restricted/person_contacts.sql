{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
) }}

{%- set kinds = ['email', 'phone'] %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

customers as (
    {{ union_systems('customers') }}
),

orders as (
    select orders.*
    from ({{ union_systems('orders') }}) as orders
    cross join bounds
    where orders.ordered_on <= bounds.as_of_date
),

identifiers as (
    select * from {{ reopened('int_persons__resolved') }}
),

given as (
    {%- for kind in kinds %}
    select
        source_system,
        customer_id,
        '{{ kind }}' as contact_type,
        {{ kind }} as contact_value,
        {{ kind }}_key as identifier_value,
        full_name,
        {{ kind }}_consent as has_consent,
        signed_up_on as first_given_on,
        signed_up_on as last_given_on
    from customers
    where {{ is_usable_contact(kind ~ '_key') }}
    union all
    select
        source_system,
        customer_id,
        '{{ kind }}' as contact_type,
        {{ kind }} as contact_value,
        {{ kind }}_key as identifier_value,
        cast(null as string) as full_name,
        false as has_consent,
        min(ordered_on) as first_given_on,
        max(ordered_on) as last_given_on
    from orders
    where {{ kind }} is not null and {{ is_usable_contact(kind ~ '_key') }}
    group by source_system, customer_id, {{ kind }}, {{ kind }}_key
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- A contact belongs to the customer who gave it, a guest's to whoever it identifies.
owned as (
    select
        given.*,
        customers.person_id
    from given
    inner join identifiers as customers
        on
            given.customer_id = customers.identifier_value
            and given.source_system = customers.source_system
            and customers.identifier_type = 'customer_id'
    union all
    select
        given.*,
        guests.person_id
    from given
    inner join identifiers as guests
        on
            given.identifier_value = guests.identifier_value
            and given.contact_type = guests.identifier_type
    where given.customer_id is null
),

contacts as (
    select
        person_id,
        contact_type,
        identifier_value,
        min(contact_value) as contact_value,
        max(full_name) as full_name,
        bool_or(has_consent) as has_consent,
        min(owned.first_given_on) as first_given_on,
        max(owned.last_given_on) as last_given_on
    from owned
    cross join bounds
    where
        owned.first_given_on is null
        or owned.first_given_on <= bounds.as_of_date
    group by person_id, contact_type, identifier_value
),

normalised as (
    select
        *,
        case
            when contact_type = 'phone' then {{ to_e164('contact_value') }}
            else contact_value
        end as normalised_value
    from contacts
)

select
    person_id,
    contact_type,
    normalised_value as contact_value,
    identifier_value,
    full_name,
    has_consent,
    row_number() over (
        partition by person_id, contact_type
        order by has_consent desc, last_given_on desc nulls last, identifier_value asc
    ) = 1 as is_preferred,
    first_given_on
from normalised
