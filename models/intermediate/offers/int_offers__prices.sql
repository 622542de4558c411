with orders as (
    select * from {{ ref('int_orders__counted') }}
),

items as (
    {{ union_systems('order_items') }}
),

products as (
    {{ union_systems('products') }}
),

-- An order may list a product twice, and two orders may fall on one instant: the lower
-- price counts.
sales as (
    select
        items.source_system,
        items.product_id,
        orders.ordered_at,
        min(items.unit_price) as unit_price
    from orders
    inner join items
        on
            orders.order_id = items.order_id
            and orders.source_system = items.source_system
    where items.unit_price > 0
    group by items.source_system, items.product_id, orders.ordered_at
),

latest as (
    select
        source_system,
        product_id,
        max_by(unit_price, ordered_at) as unit_price
    from sales
    group by source_system, product_id
)

select
    products.source_system,
    products.product_id,
    products.product_name,
    products.category,
    cast(latest.unit_price as decimal(18, 4)) as unit_price,
    cast(row_number() over (
        partition by products.category
        order by
            latest.unit_price asc,
            products.source_system asc,
            products.product_id asc
    ) as integer) as price_rank
from latest
inner join products
    on
        latest.source_system = products.source_system
        and latest.product_id = products.product_id
where products.category is not null
