{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
),

items as (
    {{ union_systems('order_items') }}
),

sales as (
    select
        orders.person_id,
        items.source_system,
        items.product_id,
        orders.ordered_at,
        min(
            case
                when items.unit_price > 0 and items.quantity > 0 then items.unit_price
            end
        ) as unit_price
    from orders
    inner join items
        on
            orders.order_id = items.order_id
            and orders.source_system = items.source_system
    where items.product_id is not null and items.quantity != 0
    group by
        orders.person_id, items.source_system, items.product_id, orders.ordered_at
)

select
    person_id,
    source_system,
    product_id,
    max_by(unit_price, case when unit_price is not null then ordered_at end)
        as unit_price,
    max(case when unit_price is not null then ordered_at end) as priced_at
from sales
group by person_id, source_system, product_id
