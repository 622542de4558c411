with orders as (
    select * from {{ ref('int_orders__counted') }}
),

items as (
    {{ union_systems('order_items') }}
),

prices as (
    select * from {{ ref('int_offers__prices') }}
)

select
    orders.person_id,
    prices.source_system,
    prices.product_id,
    prices.category
from orders
inner join items
    on
        orders.order_id = items.order_id
        and orders.source_system = items.source_system
inner join prices
    on
        items.source_system = prices.source_system
        and items.product_id = prices.product_id
group by
    orders.person_id, prices.source_system, prices.product_id, prices.category
