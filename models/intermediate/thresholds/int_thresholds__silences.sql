with evenings as (
    select as_of_date - 90 as evening
    from {{ ref('int_calendar__bounds') }}
),

orders as (
    select * from {{ ref('int_orders__counted') }}
),

-- What counted on the evening 90 days ago.
known_orders as (
    select
        orders.person_id,
        orders.ordered_on
    from orders
    cross join evenings
    where
        orders.ordered_on <= evenings.evening
        and (orders.counts_until is null or orders.counts_until > evenings.evening)
),

gaps as (
    select
        person_id,
        nullif({{ days_between('lag(ordered_on) over in_order', 'ordered_on') }}, 0)
            as gap_days,
        ordered_on
    from known_orders
    window in_order as (partition by person_id order by ordered_on asc)
),

shop_gaps as (
    select {{ middle_value('gap_days') }} as median_days
    from gaps
),

buyers as (
    select
        person_id,
        {{ middle_value('gap_days') }} as median_days,
        max(ordered_on) as last_order_on
    from gaps
    group by person_id
),

came_back as (
    select distinct orders.person_id
    from orders
    cross join evenings
    where orders.ordered_on > evenings.evening and orders.counts_until is null
),

judged as (
    select
        {{ days_between('buyers.last_order_on', 'evenings.evening') }} as days_silent,
        coalesce(buyers.median_days, shop_gaps.median_days) as usual_days,
        came_back.person_id is not null as has_come_back
    from buyers
    cross join evenings
    cross join shop_gaps
    left join came_back on buyers.person_id = came_back.person_id
)

select
    'churn_days' as threshold,
    cast(days_silent as double) as measure,
    count(*) as cases,
    count(case when has_come_back then 1 end) as weight
from judged
group by days_silent
union all
select
    'overdue_ratio' as threshold,
    {{ rounded('days_silent / usual_days', 2) }} as measure,
    count(*) as cases,
    count(case when has_come_back then 1 end) as weight
from judged
where usual_days is not null
group by {{ rounded('days_silent / usual_days', 2) }}
