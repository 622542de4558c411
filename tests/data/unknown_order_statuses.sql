-- Every order status that stands in neither var list is of orders that do not count,
-- because nobody has said that they do. A row here is such a status and what to do.
{{ config(severity='warn') }}

with orders as (
    select * from {{ ref('int_orders__unioned') }}
)

select
    source_system,
    status,
    count(*) as orders,
    'Status `' || status || '` is in neither counted_order_statuses nor '
    || 'uncounted_order_statuses: its orders do not count. Add it to one of these vars.'
        as message
from orders
where
    not coalesce(
        status in ({{ order_statuses('counted_order_statuses') }}), status is null
    )
    and not coalesce(
        status in ({{ order_statuses('uncounted_order_statuses') }}), status is null
    )
group by source_system, status
