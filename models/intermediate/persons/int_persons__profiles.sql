{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

identifiers as (
    select * from {{ reopened('int_persons__resolved') }}
    where identifier_type = 'customer_id'
),

customers as (
    select * from {{ ref('int_customers__unioned') }}
),

records as (
    select
        identifiers.person_id,
        customers.*,
        coalesce(
            customers.city,
            customers.province,
            customers.country,
            cast(customers.latitude as string),
            cast(customers.longitude as string)
        ) is not null as has_place
    from identifiers
    inner join customers
        on
            identifiers.source_system = customers.source_system
            and identifiers.identifier_value = customers.customer_id
    cross join bounds
    where
        customers.erased_at is null
        and (
            customers.signed_up_on is null
            or customers.signed_up_on <= bounds.as_of_date
        )
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id
            order by
                signed_up_at desc nulls last, source_system asc, customer_id asc
        ) as record_number,
        row_number() over (
            partition by person_id, has_place
            order by
                signed_up_at desc nulls last, source_system asc, customer_id asc
        ) as place_number
    from records
)

select
    person_id,
    {%- for column in ['gender', 'occupation', 'marital_status', 'income_band'] %}
    min_by({{ column }}, record_number) filter (where {{ column }} is not null)
        as {{ column }},
    {%- endfor %}
    {%- for column in ['city', 'province', 'country', 'latitude', 'longitude'] %}
    max({{ column }}) filter (where has_place and place_number = 1) as {{ column }},
    {%- endfor %}
    bool_or(email_consent and {{ is_usable_contact('email_key') }})
        as has_email_consent,
    bool_or(phone_consent and {{ is_usable_contact('phone_key') }})
        as has_phone_consent,
    bool_or(ads_consent) filter (where record_number = 1) as has_ads_consent,
    min_by(birth_date, record_number) filter (where birth_date is not null)
        as birth_date
from ranked
group by person_id
