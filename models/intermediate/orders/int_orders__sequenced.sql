{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
    where counts_until is null
)

select
    person_id,
    cast(row_number() over latest_first as integer) as place_from_last,
    {{ days_between(
        'lag(ordered_on, ' ~ var('frequent_min_orders') ~ ' - 1) over in_order',
        'ordered_on',
    ) }} as frequent_days,
    {{ days_between(
        'lag(ordered_on, ' ~ var('loyal_min_orders') ~ ' - 1) over in_order',
        'ordered_on',
    ) }} as loyal_days,
    nullif({{ days_between('lag(ordered_on) over in_order', 'ordered_on') }}, 0)
        as gap_days,
    order_amount - refunded_amount as net_amount,
    ordered_on
from orders
window
    in_order as (
        partition by person_id
        order by ordered_on asc, source_system asc, order_id asc
    ),
    latest_first as (
        partition by person_id
        order by ordered_on desc, source_system desc, order_id desc
    )
