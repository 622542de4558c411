with purchases as (
    select * from {{ ref('int_offers__purchases') }}
    where priced_at is not null
),

products as (
    {{ union_systems('products') }}
),

-- Two orders may fall on one instant: the lower price counts.
sales as (
    select
        source_system,
        product_id,
        priced_at,
        min(unit_price) as unit_price
    from purchases
    group by source_system, product_id, priced_at
),

latest as (
    select
        source_system,
        product_id,
        max_by(unit_price, priced_at) as unit_price
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
