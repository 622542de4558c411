-- A table: half a dozen models read it, and the views behind it parse the raw files.
-- Contacts stand in it by their keys only.
with orders as (
    {{ union_systems('orders') }}
)

select
    source_system,
    order_id,
    customer_id,
    email_key,
    phone_key,
    status,
    channel,
    store_id,
    payment_method,
    currency,
    coupon_code,
    referrer_customer_id,
    order_amount,
    is_test,
    ordered_on,
    cancelled_on,
    ordered_at,
    cancelled_at
from orders
