{#-
    What the usable lines of orders come to: one row per order that has any.
    Arguments: only, an SQL condition on order_id, which orders.
-#}
{%- macro order_item_totals(only) -%}
with items as (
    {{ unique_rows('order_items', only) }}
),

products as (
    select * from {{ ref('stg_shop__products') }}
)

select
    items.order_id,
    {{ order_bucket('items.order_id') }} as order_bucket,
    cast(count(*) as bigint) as items,
    sum(
        {{ line_value('items.quantity', 'items.unit_price') }}
        - coalesce(items.discount_amount, 0)
    ) as items_amount,
    {{ items_hash() }} as items_hash
from items
left join products on items.product_id = products.product_id
group by items.order_id
{%- endmacro -%}


{#-
    One of 262,144 groups of orders that are compared together: few enough to add up fast,
    and so many that a night's orders are in few of them.
    Arguments: order_id, SQL.
-#}
{%- macro order_bucket(order_id) -%}
    cast({{ hash_of([order_id]) }} % 262144 as integer)
{%- endmacro -%}


{#- What `items`, with their `products`, are told apart by; in an aggregation. -#}
{%- macro items_hash() -%}
    bit_xor({{ hash_of(['items.content_hash', 'products.content_hash']) }})
{%- endmacro -%}


{#- The lines of orders by such groups, see groups_of_facts.sql. -#}
{%- macro items_by_bucket() -%}
    select
        {{ order_bucket('items.order_id') }} as order_bucket,
        cast(count(*) as bigint) as items,
        {{ items_hash() }} as items_hash
    from ({{ unique_rows('order_items') }}) as items
    left join {{ ref('stg_shop__products') }} as products
        on items.product_id = products.product_id
    group by {{ order_bucket('items.order_id') }}
{%- endmacro -%}
