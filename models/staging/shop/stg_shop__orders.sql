with orders as (
    select * from {{ ref('base_shop__orders_valued') }}
    where problem is null
),

normalised as (
    select
        *,
        {{ normalised_email('email') }} as normalised_email,
        {{ to_e164('phone') }} as normalised_phone
    from orders
)

select
    'shop' as source_system,
    order_id,
    customer_id,
    normalised_email as email,
    normalised_phone as phone,
    {{ contact_key('email', 'email', 'normalised_email') }} as email_key,
    {{ contact_key('phone', 'phone', 'normalised_phone') }} as phone_key,
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
from normalised
