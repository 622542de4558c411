{#-
    What the usable lines of orders come to: one row per order that has any.
    Arguments: only, an SQL condition on order_id, which orders.
-#}
{%- macro order_item_totals(only='1 = 1') -%}
with items as (
    {{ unique_rows('order_items', only) }}
),

products as (
    select * from {{ ref('stg_shop__products') }}
)

select
    items.order_id,
    sum(
        {{ line_value('items.quantity', 'items.unit_price') }}
        - coalesce(items.discount_amount, 0)
    ) as items_amount,
    {{ sum_of_hashes(['items.content_hash', 'products.content_hash']) }} as items_hash
from items
left join products on items.product_id = products.product_id
group by items.order_id
{%- endmacro -%}
