-- Stored, because several models read it.
{{ config(materialized='table') }}

with items as (
    {{ unique_rows('order_items') }}
),

orders as (
    select
        order_id,
        exchange_rate
    from {{ ref('base_shop__orders_valued') }}
    where problem is null
),

placed as (
    select
        items.*,
        orders.exchange_rate,
        {{ to_reporting_currency(
            line_value('items.quantity', 'items.unit_price')
            ~ ' - coalesce(items.discount_amount, 0)', 'orders.exchange_rate'
        ) }} as line_amount
    from items
    left join orders on items.order_id = orders.order_id
)

select
    *,
    case
        when exchange_rate is null then 'orphan_item'
        when line_amount is null then 'amount_too_large'
    end as problem,
    case
        when exchange_rate is null then 'order_id'
        when line_amount is null then 'unit_price'
    end as problem_column
from placed
