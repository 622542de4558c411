{{ config(enabled='online_retail' in var('source_systems')) }}

with customer_lines as (
    select * from {{ ref('base_online_retail__invoice_lines') }}
    where line_class != 'quarantined' and customer_id is not null
),

customers as (
    select
        customer_id,
        max_by(country, concat_ws(' ', cast(invoiced_at as string), country))
            filter (where country is not null)
            as country,
        min(invoiced_at) as signed_up_at
    from customer_lines
    group by customer_id
)

select
    'online_retail' as source_system,
    customer_id,
    cast(null as string) as email,
    cast(null as string) as phone,
    cast(null as string) as full_name,
    cast(null as string) as gender,
    cast(null as string) as occupation,
    cast(null as string) as marital_status,
    cast(null as string) as income_band,
    cast(null as string) as city,
    cast(null as string) as province,
    country,
    cast(null as double) as latitude,
    cast(null as double) as longitude,
    false as email_consent,
    false as phone_consent,
    false as ads_consent,
    cast(null as date) as birth_date,
    {{ to_business_date('signed_up_at') }} as signed_up_on,
    signed_up_at,
    cast(null as timestamp) as erased_at
from customers
