with orders as (
    select * from {{ ref('base_shop__orders_valued') }}
    where problem is null
)

select
    'shop' as source_system,
    order_id,
    customer_id,
    lower(email) as email,
    phone,
    lower(status) as status,
    lower(channel) as channel,
    store_id,
    lower(payment_method) as payment_method,
    order_currency as currency,
    coupon_code,
    referrer_customer_id,
    order_amount,
    coalesce(is_test, false) as is_test,
    ordered_on,
    cancelled_on,
    ordered_at,
    cancelled_at
from orders
