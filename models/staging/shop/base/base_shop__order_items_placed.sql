with items as (
    {{ unique_rows('order_items') }}
),

orders as (
    select
        order_id,
        exchange_rate
    from {{ ref('base_shop__orders_valued') }}
    where problem is null
)

select
    items.*,
    orders.exchange_rate,
    case when orders.order_id is null then 'orphan_item' end as problem,
    case when orders.order_id is null then 'order_id' end as problem_column
from items
left join orders on items.order_id = orders.order_id
