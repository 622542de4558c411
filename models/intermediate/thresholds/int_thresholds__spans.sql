with orders as (
    select * from {{ ref('int_orders__counted') }}
    where counts_until is null
),

bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

spans as (
    select
        {{ days_between(
            'lag(ordered_on, ' ~ (var('frequent_min_orders') - 1) ~ ') over in_order',
            'ordered_on',
        ) }} as frequent_days,
        {{ days_between(
            'lag(ordered_on, ' ~ (var('loyal_min_orders') - 1) ~ ') over in_order',
            'ordered_on',
        ) }} as loyal_days
    from orders
    window in_order as (
        partition by person_id
        order by ordered_on asc, source_system asc, order_id asc
    )
),

window_revenue as (
    select
        orders.person_id,
        sum(orders.order_amount - orders.refunded_amount) as revenue
    from orders
    cross join bounds
    where orders.ordered_on > bounds.as_of_date - {{ var('rfm_window_days') }}
    group by orders.person_id
)

select
    'frequency_window_days' as threshold,
    cast(frequent_days + 1 as double) as measure,
    count(*) as cases,
    cast(0 as decimal(38, 4)) as weight
from spans
where frequent_days is not null
group by frequent_days
union all
select
    'loyalty_window_days' as threshold,
    cast(loyal_days + 1 as double) as measure,
    count(*) as cases,
    cast(0 as decimal(38, 4)) as weight
from spans
where loyal_days is not null
group by loyal_days
union all
select
    'vip_revenue' as threshold,
    cast(revenue as double) as measure,
    count(*) as cases,
    sum(revenue) as weight
from window_revenue
group by revenue
