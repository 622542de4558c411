{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
),

months as (
    select
        calendar_date,
        month_end
    from {{ ref('int_calendar__dates') }}
),

dated as (
    select
        orders.*,
        months.month_end
    from orders
    inner join months on orders.ordered_on = months.calendar_date
    where orders.counts_until is null or orders.counts_until > months.month_end
),

-- Only refunds of the order's own month: what was true at its end stays true.
refunds as (
    select
        refunds.source_system,
        refunds.order_id,
        sum(refunds.effective_amount) as refunded_amount
    from {{ ref('int_refunds__effective') }} as refunds
    inner join dated
        on
            refunds.order_id = dated.order_id
            and refunds.source_system = dated.source_system
            and dated.refunded_amount > 0
    where refunds.takes_effect_on <= dated.month_end
    group by refunds.source_system, refunds.order_id
)

select
    dated.person_id,
    dated.month_end,
    count(*) as orders,
    cast(
        sum(dated.order_amount - coalesce(refunds.refunded_amount, 0))
        as decimal(18, 4)
    ) as revenue
from dated
left join refunds
    on
        dated.order_id = refunds.order_id
        and dated.source_system = refunds.source_system
group by dated.person_id, dated.month_end
