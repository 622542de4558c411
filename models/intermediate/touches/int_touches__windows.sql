{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set days = var('touch_lookback_days') %}

with visits as (
    select
        person_id,
        min(visited_on) as first_visit_on,
        max(visited_on) as last_visit_on
    from {{ reopened('int_web_events__visits') }}
    group by person_id
),

first_orders as (
    select
        person_id,
        min(ordered_on) as first_order_on,
        -- An order at local midnight has no known time: it follows the day's events.
        min(
            case
                when {{ to_local_time('ordered_at') }} != cast(ordered_on as timestamp)
                    then ordered_at
            end
        ) as first_timed_order_at
    from {{ reopened('int_orders__counted') }}
    where counts_until is null
    group by person_id
)

select
    visits.person_id,
    first_orders.first_order_on,
    coalesce(
        first_orders.first_order_on - {{ days }} + 1, visits.first_visit_on
    ) as first_touch_from,
    coalesce(
        first_orders.first_order_on, visits.first_visit_on + {{ days }} - 1
    ) as first_touch_until,
    coalesce(first_orders.first_order_on, visits.last_visit_on) - {{ days }} + 1
        as last_touch_from,
    coalesce(first_orders.first_order_on, visits.last_visit_on) as last_touch_until,
    first_orders.first_timed_order_at
from visits
left join first_orders on visits.person_id = first_orders.person_id
where
    first_orders.first_order_on is null
    or visits.first_visit_on <= first_orders.first_order_on
