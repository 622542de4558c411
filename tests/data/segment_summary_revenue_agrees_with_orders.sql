-- Each scheme's orders and revenue of a month are those of all the orders dated in it
-- that count at its end, less the refunds that took effect by then.
with month_ends as (
    select
        calendar_date as period_end,
        month_start
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

refunds as (
    select * from {{ ref('int_refunds__effective') }}
),

orders as (
    select
        orders.*,
        month_ends.period_end
    from {{ ref('int_orders__counted') }} as orders
    inner join month_ends
        on
            orders.ordered_on >= month_ends.month_start
            and orders.ordered_on <= month_ends.period_end
            and month_ends.period_end
            < coalesce(orders.counts_until, date '9999-12-31')
),

changes as (
    select
        period_end,
        1 as orders,
        order_amount as revenue
    from orders
    union all
    select
        orders.period_end,
        0 as orders,
        -refunds.effective_amount as revenue
    from orders
    inner join refunds
        on
            orders.source_system = refunds.source_system
            and orders.order_id = refunds.order_id
            and orders.period_end >= refunds.takes_effect_on
),

recomputed as (
    select
        period_end,
        sum(orders) as orders,
        sum(revenue) as revenue
    from changes
    group by period_end
),

summary as (
    select
        scheme,
        period_end,
        sum(orders) as orders,
        sum(revenue) as revenue
    from {{ ref('segment_summary') }}
    group by scheme, period_end
)

select
    summary.*,
    recomputed.orders as recomputed_orders,
    recomputed.revenue as recomputed_revenue
from summary
left join recomputed on summary.period_end = recomputed.period_end
where
    summary.orders <> coalesce(recomputed.orders, 0)
    or summary.revenue <> coalesce(recomputed.revenue, 0)
