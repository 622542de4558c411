with customers as (
    {{ unique_rows('customers') }}
)

select
    'shop' as source_system,
    customer_id,
    lower(email) as email,
    phone,
    full_name,
    lower(gender) as gender,
    occupation,
    marital_status,
    income_band,
    city,
    province,
    country,
    latitude,
    longitude,
    coalesce(email_consent, false) as email_consent,
    coalesce(phone_consent, false) as phone_consent,
    coalesce(ads_consent, false) as ads_consent,
    birth_date,
    {{ to_business_date('signed_up_at') }} as signed_up_on,
    signed_up_at,
    erased_at
from customers
