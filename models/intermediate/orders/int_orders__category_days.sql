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

products as (
    {{ union_systems('products') }}
),

lines as (
    select
        orders.person_id,
        products.category,
        orders.ordered_on as bought_on,
        orders.counts_until,
        orders.counts_until is null as is_counted,
        {{ days_between('products.launched_on', 'orders.ordered_on') }}
        between 0 and {{ var('new_product_days') }} as is_new_product
    from orders
    inner join items
        on
            orders.order_id = items.order_id
            and orders.source_system = items.source_system
    inner join products
        on
            items.product_id = products.product_id
            and items.source_system = products.source_system
    -- Of a quantity below 0 is what came back in exchange.
    where items.quantity > 0
)

select
    person_id,
    category,
    cast(count_if(is_counted) as integer) as counted_items,
    coalesce(bool_or(is_counted and is_new_product), false) as has_new_product,
    bought_on,
    max(coalesce(counts_until, date '9999-12-31')) as counts_until
from lines
group by person_id, category, bought_on
