with payments as (
    select * from {{ ref('int_orders__payments') }}
),

-- Without a single coupon in the data, nothing is known about them.
coupons_known as (
    select sum(coupon_orders) > 0 as has_coupons
    from payments
),

measured as (
    select
        payments.person_id,
        payments.preferred_payment_method,
        case
            when coupons_known.has_coupons
                then payments.coupon_orders / cast(payments.orders as double)
        end as coupon_share
    from payments
    cross join coupons_known
)

select
    person_id,
    preferred_payment_method,
    cast({{ rounded('coupon_share', 4) }} as decimal(5, 4)) as coupon_share
from measured
where preferred_payment_method is not null or coupon_share is not null
