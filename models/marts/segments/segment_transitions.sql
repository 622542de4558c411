with flows as (
    select * from {{ ref('int_segments__monthly_flows') }}
),

month_ends as (
    select
        month_end,
        lead(month_end) over (order by month_end asc) as next_month_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

-- Where movers of the month stood at the end of it, and of the month before.
moved as (
    select
        scheme,
        from_month_end as period_end,
        coalesce(from_segment, '') as from_segment,
        segment as to_segment,
        count(*) as persons
    from {{ ref('int_segments__stays') }}
    group by scheme, from_month_end, from_segment, segment
),

moved_out as (
    select
        scheme,
        period_end,
        from_segment,
        sum(persons) as persons
    from moved
    group by scheme, period_end, from_segment
),

stayed as (
    select
        flows.scheme,
        month_ends.next_month_end as period_end,
        flows.segment as from_segment,
        flows.segment as to_segment,
        flows.persons - coalesce(moved_out.persons, 0) as persons
    from flows
    inner join month_ends on flows.period_end = month_ends.month_end
    left join moved_out
        on
            flows.scheme = moved_out.scheme
            and flows.segment = moved_out.from_segment
            and month_ends.next_month_end = moved_out.period_end
    where month_ends.next_month_end is not null
),

transitions as (
    select * from moved
    union all
    select * from stayed
),

totals as (
    select
        transitions.scheme,
        transitions.from_segment,
        transitions.to_segment,
        transitions.period_end,
        cast(sum(transitions.persons) as bigint) as persons
    from transitions
    inner join month_ends on transitions.period_end = month_ends.month_end
    group by
        transitions.scheme,
        transitions.from_segment,
        transitions.to_segment,
        transitions.period_end
)

select
    totals.scheme,
    nullif(totals.from_segment, '') as from_segment,
    totals.to_segment,
    totals.persons,
    cast(totals.persons as double)
    / cast(sum(totals.persons) over every_target as double) as share_of_from,
    {{ is_provisional('totals.scheme', 'periods.is_provisional') }} as is_provisional,
    totals.period_end
from totals
left join periods on totals.period_end = periods.period_end
where totals.persons > 0
window every_target as (
    partition by totals.scheme, totals.period_end, totals.from_segment
)
