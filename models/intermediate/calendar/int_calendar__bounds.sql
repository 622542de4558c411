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

bounded as (
    select
        activity.first_date as first_activity_on,
        sign_ups.first_date as first_sign_up_on,
        {{ as_of_date('coalesce(activity.last_date, sign_ups.last_date)') }}
            as as_of_date
    from activity
    cross join sign_ups
)

-- What is dated after the as-of date has not happened.
select
    case
        when first_activity_on <= as_of_date then first_activity_on
        when first_sign_up_on <= as_of_date then first_sign_up_on
    end as first_date,
    as_of_date
from bounded
