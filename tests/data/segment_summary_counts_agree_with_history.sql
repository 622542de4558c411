-- The persons of the summary are those whose interval in segment_history holds at that
-- month end, and every month end and segment of the history stands in the summary.
with summary as (
    select * from {{ ref('segment_summary') }}
),

month_ends as (
    select calendar_date as period_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

counted as (
    select
        history.scheme,
        history.segment,
        month_ends.period_end,
        count(distinct history.person_id) as persons
    from {{ ref('segment_history') }} as history
    inner join month_ends
        on
            history.valid_from <= month_ends.period_end
            and (
                history.valid_to is null
                or history.valid_to > month_ends.period_end
            )
    group by history.scheme, history.segment, month_ends.period_end
),

compared as (
    select
        coalesce(summary.scheme, counted.scheme) as scheme,
        coalesce(summary.segment, counted.segment) as segment,
        coalesce(summary.period_end, counted.period_end) as period_end,
        coalesce(summary.persons, -1) as persons,
        coalesce(counted.persons, 0) as counted_persons
    from summary
    full join counted
        on
            summary.scheme = counted.scheme
            and summary.segment = counted.segment
            and summary.period_end = counted.period_end
)

select * from compared
where persons <> counted_persons
