with dates as (
    select
        calendar_date,
        is_as_of_date,
        is_full_{{ var('rfm_period') }}_end as is_full_period_end
    from {{ ref('int_calendar__dates') }}
)

select
    calendar_date,
    is_full_period_end,
    is_full_period_end or is_as_of_date as is_period_end,
    cast(
        1 + coalesce(
            sum(case when is_full_period_end then 1 else 0 end) over (
                order by calendar_date asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as integer
    ) as period_number
from dates
