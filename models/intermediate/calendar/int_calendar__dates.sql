with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

day_numbers as (
    select
        first_date,
        as_of_date,
        {{ integers_between(
            '0', days_between('first_date', 'as_of_date') ~ ' + 1'
        ) }} as day_number
    from bounds
    where first_date <= as_of_date
),

days as (
    select
        first_date,
        as_of_date,
        first_date + day_number as calendar_date
    from day_numbers
),

named as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'calendar_date') }} as date) as month_start,
        cast({{ dbt.last_day('calendar_date', 'month') }} as date) as month_end,
        cast({{ dbt.date_trunc('week', 'calendar_date') }} as date) as week_start
    from days
)

select
    calendar_date,
    month_start,
    month_end,
    calendar_date = month_end as is_month_end,
    calendar_date = month_end and month_start >= first_date as is_full_month_end,
    calendar_date = week_start + 6 and week_start >= first_date as is_full_week_end,
    true as is_full_day_end,
    calendar_date = as_of_date as is_as_of_date
from named
