with customers as (
    {{ unique_rows('customers') }}
),

phones as (
    select * from {{ ref('base_shop__phones') }}
),

normalised as (
    select
        customers.*,
        {{ normalised_email('customers.email') }} as normalised_email,
        case
            when customers.phone like 'erased:%' then customers.phone
            else phones.phone_key
        end as phone_key
    from customers
    left join phones on md5(customers.phone) = phones.phone_hash
)

select
    'shop' as source_system,
    customer_id,
    normalised_email as email,
    case when phone not like 'erased:%' then phone end as phone,
    {{ contact_key('email', 'email', 'normalised_email') }} as email_key,
    phone_key,
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
