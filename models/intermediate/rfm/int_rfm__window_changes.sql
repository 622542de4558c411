{{ config(materialized='incremental', incremental_strategy='reopened') }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
),

refunds as (
    select * from {{ ref('int_refunds__effective') }}
    where effective_amount > 0
),

dates as (
    select * from {{ ref('int_rfm__dates') }}
),

spans as (
    select
        orders.person_id,
        orders.source_system,
        orders.order_id,
        orders.order_amount,
        orders.refunded_amount,
        orders.ordered_on,
        orders.counts_until,
        entries.period_number as enters_in,
        exits.period_number as leaves_in
    from orders
    inner join dates as entries on orders.ordered_on = entries.calendar_date
    left join dates as exits
        on
            least(
                orders.counts_until, orders.ordered_on + {{ var('rfm_window_days') }}
            ) = exits.calendar_date
),

-- A refund always belongs to its order: it comes and goes with it.
refund_spans as (
    select
        spans.person_id,
        refunds.effective_amount,
        greatest(dates.period_number, spans.enters_in) as enters_in,
        spans.leaves_in
    from refunds
    inner join spans
        on
            refunds.order_id = spans.order_id
            and refunds.source_system = spans.source_system
            and spans.refunded_amount > 0
    inner join dates on refunds.takes_effect_on = dates.calendar_date
    where spans.leaves_in is null or dates.period_number < spans.leaves_in
),

changes as (
    select
        person_id,
        enters_in as period_number,
        1 as orders_change,
        order_amount as revenue_change,
        case when counts_until is null then ordered_on end as latest_order_on
    from spans
    union all
    select
        person_id,
        leaves_in as period_number,
        -1 as orders_change,
        -order_amount as revenue_change,
        cast(null as date) as latest_order_on
    from spans
    where leaves_in is not null
    union all
    select
        person_id,
        enters_in as period_number,
        0 as orders_change,
        -effective_amount as revenue_change,
        cast(null as date) as latest_order_on
    from refund_spans
    union all
    select
        person_id,
        leaves_in as period_number,
        0 as orders_change,
        effective_amount as revenue_change,
        cast(null as date) as latest_order_on
    from refund_spans
    where leaves_in is not null
)

select
    person_id,
    period_number,
    cast(sum(orders_change) as integer) as orders_change,
    cast(sum(revenue_change) as decimal(18, 4)) as revenue_change,
    max(latest_order_on) as latest_order_on
from changes
group by person_id, period_number
