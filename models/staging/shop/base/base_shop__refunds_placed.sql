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
            as amount_alone
    from refunds
    left join orders on refunds.order_id = orders.order_id
),

added_up as (
    select
        *,
        sum(amount) over (
            partition by order_id, amount_alone is null
            order by refunded_at asc, refund_id asc
            rows between unbounded preceding and current row
        ) as amount_so_far
    from placed
)

-- Their sum is rounded, and not each: what reaches the amount of its order in the
-- order's currency has to reach it in every other.
select
    refund_id,
    order_id,
    refunded_at,
    record_key,
    raw_row,
    row_hash,
    cast(
        coalesce(
            {{ to_reporting_currency('amount_so_far', 'exchange_rate') }}
            - {{ to_reporting_currency('(amount_so_far - amount)', 'exchange_rate') }},
            amount_alone
        ) as decimal(18, 4)
    ) as refund_amount,
    case
        when exchange_rate is null then 'orphan_refund'
        when amount_alone is null then 'amount_too_large'
    end as problem,
    case
        when exchange_rate is null then 'order_id'
        when amount_alone is null then 'amount'
    end as problem_column
from added_up
