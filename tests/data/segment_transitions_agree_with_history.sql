-- Each way from segment to segment has as many persons as segment_history shows, when
-- it is read at the two month ends.
with month_ends as (
    select
        calendar_date as period_end,
        lag(calendar_date) over (order by calendar_date asc) as previous_period_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

history as (
    select * from {{ ref('segment_history') }}
),

counted as (
    select
        history.scheme,
        month_ends.period_end,
        coalesce(earlier.segment, '') as from_segment,
        history.segment as to_segment,
        count(*) as persons
    from month_ends
    inner join history
        on
            month_ends.period_end >= history.valid_from
            and month_ends.period_end < coalesce(history.valid_to, date '9999-12-31')
    left join history as earlier
        on
            history.person_id = earlier.person_id
            and history.scheme = earlier.scheme
            and month_ends.previous_period_end >= earlier.valid_from
            and month_ends.previous_period_end
            < coalesce(earlier.valid_to, date '9999-12-31')
    group by
        history.scheme,
        month_ends.period_end,
        coalesce(earlier.segment, ''),
        history.segment
),

transitions as (
    select
        scheme,
        period_end,
        coalesce(from_segment, '') as from_segment,
        to_segment,
        persons
    from {{ ref('segment_transitions') }}
),

uncounted as (
    select * from transitions
    except
    select * from counted
),

missing as (
    select * from counted
    except
    select * from transitions
)

select
    scheme,
    period_end,
    from_segment,
    to_segment,
    persons
from uncounted
union all
select
    scheme,
    period_end,
    from_segment,
    to_segment,
    persons
from missing
