with items as (
    {{ union_systems('order_items') }}
),

products as (
    {{ union_systems('products') }}
),

categories as (
    select distinct
        items.source_system,
        items.order_id,
        products.category
    from items
    inner join products
        on
            items.product_id = products.product_id
            and items.source_system = products.source_system
    where products.category is not null
)

select
    source_system,
    order_id,
    {{ sorted_text('category') }} as categories
from categories
group by source_system, order_id
