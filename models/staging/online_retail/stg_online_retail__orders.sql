{{ config(enabled='online_retail' in items_of('source_systems')) }}

with sold_lines as (
    select * from {{ ref('base_online_retail__invoice_lines') }}
    where line_class = 'sold'
),

products as (
    select * from {{ ref('stg_online_retail__products') }}
),

orders as (
    select
        sold_lines.invoice_no as order_id,
        sold_lines.customer_id,
        cast(sum(sold_lines.line_amount) as decimal(18, 4)) as order_amount,
        {{ sum_of_hashes([
            'sold_lines.line_number', 'sold_lines.product_id', 'sold_lines.quantity',
            'sold_lines.unit_price', 'products.content_hash',
        ]) }} as items_hash,
        sold_lines.invoiced_at as ordered_at
    from sold_lines
    left join products on sold_lines.product_id = products.product_id
    group by sold_lines.invoice_no, sold_lines.customer_id, sold_lines.invoiced_at
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
    {{ version_of([
        "'online_retail'", 'order_id', 'customer_id', 'order_amount', 'items_hash',
        'ordered_at',
    ]) }} as version_hash,
    false as is_test,
    {{ to_business_date('ordered_at') }} as ordered_on,
    cast(null as date) as cancelled_on,
    ordered_at,
    cast(null as timestamp) as cancelled_at,
    cast(null as timestamp) as loaded_at
from orders
