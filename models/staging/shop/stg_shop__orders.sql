with orders as (
    select * from {{ ref('base_shop__orders_valued') }}
    where problem is null
)

select
    'shop' as source_system,
    order_id,
    customer_id,
    {{ normalised_email('email') }} as email,
    case when phone not like 'erased:%' then phone end as phone,
    email_key,
    phone_key,
    {{ composed('lower(status)') }} as status,
    lower(channel) as channel,
    store_id,
    lower(payment_method) as payment_method,
    order_currency as currency,
    coupon_code,
    referrer_customer_id,
    order_amount,
    order_version_hash as version_hash,
    coalesce(is_test, false) as is_test,
    ordered_on,
    cancelled_on,
    ordered_at,
    cancelled_at,
    loaded_at
from orders
