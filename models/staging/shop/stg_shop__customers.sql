with customers as (
    {{ unique_rows('customers') }}
),

normalised as (
    select
        *,
        {{ normalised_email('email') }} as normalised_email,
        {{ to_e164('phone') }} as normalised_phone
    from customers
)

select
    'shop' as source_system,
    customer_id,
    normalised_email as email,
    normalised_phone as phone,
    {{ contact_key('email', 'email', 'normalised_email') }} as email_key,
    {{ contact_key('phone', 'phone', 'normalised_phone') }} as phone_key,
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
from normalised
