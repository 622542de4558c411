{{ config(materialized='view') }}

with orders as (
    select * from {{ ref('int_orders__classified') }}
)

select
    person_id,
    source_system,
    order_id,
    channel,
    store_id,
    payment_method,
    coupon_code,
    referrer_customer_id,
    order_amount,
    refunded_amount,
    ordered_on,
    counts_until,
    ordered_at
from orders
where
    exclusion is null
    and person_id is not null
    and (counts_until is null or counts_until > ordered_on)
