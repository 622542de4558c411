with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

staged as (
    select * from {{ ref('int_orders__unioned') }}
),

orders as (
    select * from {{ ref('int_orders__classified') }}
),

refunds as (
    select * from {{ ref('int_refunds__effective') }}
),

parts as (
    select
        staged.source_system,
        'after_as_of_date' as line,
        -staged.order_amount as amount
    from staged
    cross join bounds
    where staged.ordered_on > bounds.as_of_date
    union all
    select
        source_system,
        case
            when exclusion is not null then exclusion
            when person_id is null then 'unattributed'
            else end_reason
        end as line,
        -order_amount as amount
    from orders
    where exclusion is not null or person_id is null or end_reason is not null
    union all
    select
        source_system,
        'partially_refunded' as line,
        -refunded_amount as amount
    from orders
    where
        exclusion is null
        and person_id is not null
        and end_reason is null
        and refunded_amount > 0
    union all
    select
        source_system,
        'refund_excess' as line,
        refund_amount - effective_amount as amount
    from refunds
    where refund_amount > effective_amount
)

select
    source_system,
    line,
    count(*) as orders,
    cast(sum(amount) as decimal(28, 4)) as amount
from parts
group by source_system, line
