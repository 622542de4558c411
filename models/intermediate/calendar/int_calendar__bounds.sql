with orders as (
    select * from {{ ref('int_orders__unioned') }}
),

web_events as (
    select * from {{ ref('int_web_events__unioned') }}
),

customers as (
    {{ union_systems('customers') }}
),

business_dates as (
    select
        min(ordered_on) as first_date,
        max(ordered_on) as last_date
    from orders
    union all
    select
        min(occurred_on) as first_date,
        max(occurred_on) as last_date
    from web_events
),

activity as (
    select
        min(first_date) as first_date,
        max(last_date) as last_date
    from business_dates
),

sign_ups as (
    select
        min(signed_up_on) as first_date,
        max(signed_up_on) as last_date
    from customers
),

dated as (
    select
        activity.first_date as active_from,
        sign_ups.first_date as signed_up_from,
        {{ as_of_date('coalesce(activity.last_date, sign_ups.last_date)') }}
            as as_of_date
    from activity
    cross join sign_ups
)

-- On an evening before the first order or event, there were sign-ups alone.
select
    case
        when active_from <= as_of_date then active_from
        else coalesce(signed_up_from, active_from)
    end as first_date,
    as_of_date
from dated
