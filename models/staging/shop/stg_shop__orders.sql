with orders as (
    select * from {{ ref('base_shop__orders_valued') }}
    where problem is null
),

phones as (
    select * from {{ ref('base_shop__phones') }}
),

normalised as (
    select
        orders.*,
        {{ normalised_email('orders.email') }} as normalised_email,
        case
            when orders.phone like 'erased:%' then orders.phone
            else phones.phone_key
        end as phone_key
    from orders
    left join phones on md5(orders.phone) = phones.phone_hash
),

keyed as (
    select
        *,
        {{ contact_key('email', 'email', 'normalised_email') }} as email_key
    from normalised
)

select
    'shop' as source_system,
    order_id,
    customer_id,
    normalised_email as email,
    case when phone not like 'erased:%' then phone end as phone,
    email_key,
    phone_key,
    lower(status) as status,
    lower(channel) as channel,
    store_id,
    lower(payment_method) as payment_method,
    order_currency as currency,
    coupon_code,
    referrer_customer_id,
    order_amount,
    {{ version_of([
        'content_hash', 'exchange_rate', 'items_amount', 'items_hash', 'email_key',
        'phone_key',
    ]) }} as version_hash,
    coalesce(is_test, false) as is_test,
    ordered_on,
    cancelled_on,
    ordered_at,
    cancelled_at
from keyed
