with dates as (
    select * from {{ ref('int_rfm__dates') }}
    where is_period_end
)

select
    period_number,
    calendar_date as period_end,
    lag(calendar_date) over (order by calendar_date asc) as previous_period_end,
    not is_full_period_end as is_provisional
from dates
