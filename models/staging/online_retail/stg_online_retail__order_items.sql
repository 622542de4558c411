{{ config(enabled='online_retail' in items_of('source_systems')) }}

with sold_lines as (
    select * from {{ ref('base_online_retail__invoice_lines') }}
    where line_class = 'sold'
)

select
    'online_retail' as source_system,
    invoice_no as order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    line_amount
from sold_lines
