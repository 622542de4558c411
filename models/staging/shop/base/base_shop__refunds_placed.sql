-- Stored, because several models read it.
{{ config(materialized='table') }}

with refunds as (
    {{ unique_rows('refunds') }}
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
        refunds.*,
        orders.exchange_rate,
        {{ to_reporting_currency('refunds.amount', 'orders.exchange_rate') }}
            as refund_amount
    from refunds
    left join orders on refunds.order_id = orders.order_id
)

select
    *,
    case
        when exchange_rate is null then 'orphan_refund'
        when refund_amount is null then 'amount_too_large'
    end as problem,
    case
        when exchange_rate is null then 'order_id'
        when refund_amount is null then 'amount'
    end as problem_column
from placed
