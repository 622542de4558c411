with refunds as (
    {{ unique_rows('refunds') }}
),

orders as (
    select
        order_id,
        exchange_rate
    from {{ ref('base_shop__orders_valued') }}
    where problem is null
)

select
    refunds.*,
    orders.exchange_rate,
    case when orders.order_id is null then 'orphan_refund' end as problem,
    case when orders.order_id is null then 'order_id' end as problem_column
from refunds
left join orders on refunds.order_id = orders.order_id
