with orders as (
    select * from {{ ref('int_orders__counted') }}
),

items as (
    {{ union_systems('order_items') }}
),

products as (
    {{ union_systems('products') }}
),

order_categories as (
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
),

purchases as (
    select
        orders.person_id,
        order_categories.category,
        orders.ordered_on as bought_on,
        max(coalesce(orders.counts_until, date '9999-12-31')) as counts_until
    from orders
    inner join order_categories
        on
            orders.order_id = order_categories.order_id
            and orders.source_system = order_categories.source_system
    group by orders.person_id, order_categories.category, orders.ordered_on
),

preceded as (
    select
        *,
        max(counts_until) over (
            partition by person_id, category
            order by bought_on asc
            rows between unbounded preceding and 1 preceding
        ) as counted_before_until
    from purchases
),

numbered as (
    select
        *,
        sum(
            case when counted_before_until >= bought_on then 0 else 1 end
        ) over (
            partition by person_id, category
            order by bought_on asc
            rows between unbounded preceding and current row
        ) as range_number
    from preceded
)

select
    person_id,
    category,
    min(bought_on) as valid_from,
    max(counts_until) as valid_to
from numbered
group by person_id, category, range_number
