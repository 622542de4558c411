-- Those who come out of a segment are those who stood there one month end before, and
-- those who come to one are those who stand there now.
with summary as (
    select
        scheme,
        segment,
        persons,
        period_end,
        lag(persons, 1, 0) over (
            partition by scheme, segment order by period_end asc
        ) as previous_persons
    from {{ ref('segment_summary') }}
),

transitions as (
    select * from {{ ref('segment_transitions') }}
),

came as (
    select
        scheme,
        period_end,
        to_segment as segment,
        sum(persons) as persons
    from transitions
    group by scheme, period_end, to_segment
),

went as (
    select
        scheme,
        period_end,
        from_segment as segment,
        sum(persons) as persons
    from transitions
    where from_segment is not null
    group by scheme, period_end, from_segment
),

compared as (
    select
        summary.*,
        coalesce(came.persons, 0) as came_here,
        coalesce(went.persons, 0) as went_on
    from summary
    left join came
        on
            summary.scheme = came.scheme
            and summary.segment = came.segment
            and summary.period_end = came.period_end
    left join went
        on
            summary.scheme = went.scheme
            and summary.segment = went.segment
            and summary.period_end = went.period_end
)

select * from compared
where persons <> came_here or previous_persons <> went_on
