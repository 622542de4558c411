with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

orders as (
    select
        source_system,
        order_id,
        order_amount,
        contact_hash,
        ordered_on
    from {{ ref('int_orders__unioned') }}
),

refunds as (
    {{ union_systems('refunds') }}
),

placed as (
    select
        refunds.source_system,
        refunds.order_id,
        refunds.refund_id,
        refunds.refund_amount,
        greatest(orders.order_amount, 0) as order_amount,
        orders.contact_hash,
        greatest(refunds.refunded_on, orders.ordered_on) as takes_effect_on
    from refunds
    inner join orders
        on
            refunds.order_id = orders.order_id
            and refunds.source_system = orders.source_system
    cross join bounds
    where
        orders.ordered_on <= bounds.as_of_date
        and refunds.refunded_on <= bounds.as_of_date
),

running as (
    select
        *,
        sum(refund_amount) over (
            partition by source_system, order_id
            order by takes_effect_on asc, refund_id asc
            rows between unbounded preceding and current row
        ) as refunded_so_far
    from placed
)

select
    source_system,
    order_id,
    refund_id,
    refund_amount,
    cast(
        least(refunded_so_far, order_amount)
        - least(refunded_so_far - refund_amount, order_amount)
        as decimal(18, 4)
    ) as effective_amount,
    refunded_so_far >= order_amount as is_refunded_in_full,
    contact_hash,
    takes_effect_on
from running
