with identifiers as (
    select * from {{ ref('int_persons__resolved') }}
    where identifier_type = 'customer_id'
),

customers as (
    {{ union_systems('customers') }}
),

ranked as (
    select
        identifiers.person_id,
        customers.*,
        row_number() over (
            partition by identifiers.person_id
            order by
                customers.signed_up_at desc nulls last,
                customers.source_system asc,
                customers.customer_id asc
        ) as profile_number
    from identifiers
    inner join customers
        on
            identifiers.source_system = customers.source_system
            and identifiers.identifier_value = customers.customer_id
    where customers.erased_at is null
)

select
    person_id,
    gender,
    occupation,
    marital_status,
    income_band,
    city,
    province,
    country,
    email_consent and {{ is_usable_contact('email_key') }} as has_email_consent,
    phone_consent and {{ is_usable_contact('phone_key') }} as has_phone_consent,
    ads_consent as has_ads_consent,
    signed_up_on
from ranked
where profile_number = 1
