{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
),

months as (
    select
        calendar_date,
        month_end
    from {{ ref('int_calendar__dates') }}
),

changes as (
    select
        person_id,
        ordered_on as changed_on,
        1 as change
    from orders
    union all
    select
        person_id,
        counts_until as changed_on,
        -1 as change
    from orders
    where counts_until is not null
),

monthly as (
    select
        changes.person_id,
        months.month_end,
        sum(changes.change) as change
    from changes
    inner join months on changes.changed_on = months.calendar_date
    group by changes.person_id, months.month_end
),

counted as (
    select
        person_id,
        month_end,
        least(
            sum(change) over (
                partition by person_id
                order by month_end asc
                rows between unbounded preceding and current row
            ), 2
        ) as orders_up_to_two
    from monthly
),

changed as (
    select
        *,
        lag(orders_up_to_two, 1, 0) over (
            partition by person_id order by month_end asc
        ) as orders_before
    from counted
),

states as (
    select
        person_id,
        orders_up_to_two,
        month_end as from_month_end,
        lead(month_end) over (
            partition by person_id order by month_end asc
        ) as until_month_end
    from changed
    where orders_up_to_two != orders_before
)

select
    person_id,
    orders_up_to_two = 1 as is_one_time,
    from_month_end,
    until_month_end
from states
where orders_up_to_two > 0
