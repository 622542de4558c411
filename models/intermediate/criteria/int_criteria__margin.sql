{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select
        source_system,
        order_id,
        person_id,
        order_amount - refunded_amount as net_amount
    from {{ reopened('int_orders__counted') }}
    where counts_until is null
),

items as (
    {{ union_systems('order_items') }}
),

products as (
    {{ union_systems('products') }}
),

item_sums as (
    select
        items.source_system,
        items.order_id,
        bool_and(products.unit_cost is not null) as is_cost_known,
        sum({{ line_value('items.quantity', 'products.unit_cost') }}) as cost
    from items
    inner join orders
        on
            items.order_id = orders.order_id
            and items.source_system = orders.source_system
    left join products
        on
            items.product_id = products.product_id
            and items.source_system = products.source_system
    group by items.source_system, items.order_id
),

-- A sum that is too large for an amount is no known cost either.
order_costs as (
    select
        source_system,
        order_id,
        {{ not_too_large('cost') }} as cost
    from item_sums
    where is_cost_known
),

purchases as (
    select
        orders.person_id,
        sum(orders.net_amount) as revenue,
        sum(case when order_costs.cost is not null then orders.net_amount end)
            as costed_revenue,
        sum(order_costs.cost) as cost
    from orders
    left join order_costs
        on
            orders.order_id = order_costs.order_id
            and orders.source_system = order_costs.source_system
    group by orders.person_id
)

select
    person_id,
    cast(costed_revenue - cost as decimal(18, 4)) as lifetime_margin,
    cast({{ rounded(
        'cast(costed_revenue as double) / cast(revenue as double)', 4
    ) }} as decimal(5, 4)) as margin_coverage
from purchases
where cost is not null
