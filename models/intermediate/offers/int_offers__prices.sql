with purchases as (
    select * from {{ ref('int_offers__purchases') }}
    where priced_at is not null
),

products as (
    {{ union_systems('products') }}
),

last_sold as (
    select
        source_system,
        product_id,
        max(priced_at) as priced_at
    from purchases
    group by source_system, product_id
),

-- Two orders may fall on one instant: the lower price counts.
latest as (
    select
        purchases.source_system,
        purchases.product_id,
        min(purchases.unit_price) as unit_price
    from purchases
    inner join last_sold
        on
            purchases.source_system = last_sold.source_system
            and purchases.product_id = last_sold.product_id
            and purchases.priced_at = last_sold.priced_at
    group by purchases.source_system, purchases.product_id
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
