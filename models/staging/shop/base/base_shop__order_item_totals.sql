with items as (
    {{ unique_rows('order_items') }}
)

select
    order_id,
    sum(
        {{ line_value('quantity', 'unit_price') }} - coalesce(discount_amount, 0)
    ) as items_amount
from items
group by order_id
