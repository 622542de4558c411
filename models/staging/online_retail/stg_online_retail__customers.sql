{{ config(enabled='online_retail' in items_of('source_systems')) }}

with customer_lines as (
    select * from {{ ref('base_online_retail__invoice_lines') }}
    where line_class != 'quarantined' and customer_id is not null
),

countries as (
    select
        customer_id,
        country,
        row_number() over (
            partition by customer_id
            order by invoiced_at desc, country asc
        ) as country_rank
    from customer_lines
    where country is not null
),

customers as (
    select
        customer_lines.customer_id,
        countries.country,
        min(customer_lines.invoiced_at) as signed_up_at
    from customer_lines
    left join countries
        on
            customer_lines.customer_id = countries.customer_id
            and countries.country_rank = 1
    group by customer_lines.customer_id, countries.country
)

select
    'online_retail' as source_system,
    customer_id,
    cast(null as string) as email,
    cast(null as string) as phone,
    cast(null as string) as email_key,
    cast(null as string) as phone_key,
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
