with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

assigned as (
    select * from {{ ref('int_experiments__assigned') }}
),

orders as (
    select * from {{ ref('int_orders__counted') }}
),

refunds as (
    select * from {{ ref('int_refunds__effective') }}
),

placed as (
    select
        windows.experiment_id,
        orders.person_id,
        orders.source_system,
        orders.order_id,
        orders.order_amount,
        orders.counts_until,
        orders.ordered_on >= windows.starts_on as is_within,
        case
            when orders.ordered_on >= windows.starts_on then windows.measured_on
            else windows.frozen_on
        end as known_on
    from windows
    inner join assigned on windows.experiment_id = assigned.experiment_id
    inner join orders on assigned.person_id = orders.person_id
    where orders.ordered_on between windows.compared_from and windows.measured_on
),

-- The orders of either period, as they were known at its end.
counted as (
    select * from placed
    where counts_until is null or counts_until > known_on
),

refunded as (
    select
        counted.experiment_id,
        refunds.source_system,
        refunds.order_id,
        sum(refunds.effective_amount) as refunded_amount
    from counted
    inner join refunds
        on
            counted.order_id = refunds.order_id
            and counted.source_system = refunds.source_system
    where refunds.takes_effect_on <= counted.known_on
    group by counted.experiment_id, refunds.source_system, refunds.order_id
)

select
    counted.experiment_id,
    counted.person_id,
    count(case when counted.is_within then 1 end) as orders,
    count(case when not counted.is_within then 1 end) as earlier_orders,
    cast(coalesce(sum(
        case
            when counted.is_within
                then counted.order_amount - coalesce(refunded.refunded_amount, 0)
        end
    ), 0) as decimal(18, 4)) as revenue,
    cast(coalesce(sum(
        case
            when not counted.is_within
                then counted.order_amount - coalesce(refunded.refunded_amount, 0)
        end
    ), 0) as decimal(18, 4)) as earlier_revenue
from counted
left join refunded
    on
        counted.experiment_id = refunded.experiment_id
        and counted.order_id = refunded.order_id
        and counted.source_system = refunded.source_system
group by counted.experiment_id, counted.person_id
