{{ config(enabled='online_retail' in var('source_systems')) }}

with orders as (
    select
        invoice_no as order_id,
        customer_id,
        cast(sum(line_amount) as decimal(18, 4)) as order_amount,
        invoiced_at as ordered_at
    from {{ ref('base_online_retail__invoice_lines') }}
    where line_class = 'sold'
    group by invoice_no, customer_id, invoiced_at
)

select
    'online_retail' as source_system,
    order_id,
    customer_id,
    cast(null as string) as email,
    cast(null as string) as phone,
    cast(null as string) as email_key,
    cast(null as string) as phone_key,
    cast(null as string) as status,
    cast(null as string) as channel,
    cast(null as string) as store_id,
    cast(null as string) as payment_method,
    'GBP' as currency,
    cast(null as string) as coupon_code,
    cast(null as string) as referrer_customer_id,
    order_amount,
    false as is_test,
    {{ to_business_date('ordered_at') }} as ordered_on,
    cast(null as date) as cancelled_on,
    ordered_at,
    cast(null as timestamp) as cancelled_at
from orders
