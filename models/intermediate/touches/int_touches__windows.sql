{%- set further_days = var('touch_lookback_days') - 1 %}

with visits as (
    select
        person_id,
        min(visited_on) as first_visit_on,
        max(visited_on) as last_visit_on
    from {{ ref('int_web_events__visits') }}
    group by person_id
),

first_orders as (
    select
        counted.person_id,
        min(orders.ordered_on) as first_order_on,
        min(orders.ordered_at) as first_order_at
    from {{ ref('int_orders__counted') }} as counted
    inner join {{ ref('int_orders__unioned') }} as orders
        on
            counted.source_system = orders.source_system
            and counted.order_id = orders.order_id
    where counted.counts_until is null
    group by counted.person_id
)

select
    visits.person_id,
    first_orders.first_order_on,
    coalesce(
        first_orders.first_order_on - {{ further_days }}, visits.first_visit_on
    ) as first_touch_from,
    coalesce(
        first_orders.first_order_on, visits.first_visit_on + {{ further_days }}
    ) as first_touch_until,
    coalesce(first_orders.first_order_on, visits.last_visit_on) - {{ further_days }}
        as last_touch_from,
    coalesce(first_orders.first_order_on, visits.last_visit_on) as last_touch_until,
    first_orders.first_order_at
from visits
left join first_orders on visits.person_id = first_orders.person_id
where
    first_orders.first_order_on is null
    or visits.first_visit_on <= first_orders.first_order_on
