{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
    where counts_until is null
),

payments as (
    select
        person_id,
        payment_method,
        count(*) as orders,
        max(ordered_at) as last_ordered_at
    from orders
    where payment_method is not null
    group by person_id, payment_method
),

ranked as (
    select
        person_id,
        payment_method,
        row_number() over (
            partition by person_id
            order by orders desc, last_ordered_at desc, payment_method asc
        ) as payment_rank
    from payments
),

preferred as (
    select
        person_id,
        payment_method
    from ranked
    where payment_rank = 1
),

coupons as (
    select
        person_id,
        count(*) as orders,
        count(coupon_code) as coupon_orders
    from orders
    group by person_id
)

select
    coupons.person_id,
    preferred.payment_method as preferred_payment_method,
    cast(coupons.orders as integer) as orders,
    cast(coupons.coupon_orders as integer) as coupon_orders
from coupons
left join preferred on coupons.person_id = preferred.person_id
