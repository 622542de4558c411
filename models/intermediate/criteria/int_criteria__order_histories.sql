with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

orders as (
    select * from {{ ref('int_orders__counted') }}
    where counts_until is null
),

dated as (
    select
        orders.person_id,
        {{ days_between('orders.ordered_on', 'bounds.as_of_date') }} as days_ago
    from orders
    cross join bounds
)

select
    person_id,
    cast(count(*) as bigint) as orders,
    cast(count_if(days_ago < 90) as bigint) as orders_last_90_days,
    cast(max(days_ago) as bigint) as observed_days,
    cast(max(days_ago) - min(days_ago) as bigint) as active_days
from dated
group by person_id
