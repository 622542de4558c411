with items as (
    select * from {{ ref('base_shop__order_items_placed') }}
    where problem is null
)

select
    'shop' as source_system,
    order_id,
    line_number,
    product_id,
    quantity,
    {{ to_reporting_currency('unit_price', 'exchange_rate') }} as unit_price,
    line_amount
from items
