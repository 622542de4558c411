with orders as (
    select * from {{ ref('int_orders__sequenced') }}
),

bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

window_revenue as (
    select
        orders.person_id,
        sum(orders.net_amount) as revenue
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
from orders
where frequent_days is not null
group by frequent_days
union all
select
    'loyalty_window_days' as threshold,
    cast(loyal_days + 1 as double) as measure,
    count(*) as cases,
    cast(0 as decimal(38, 4)) as weight
from orders
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
