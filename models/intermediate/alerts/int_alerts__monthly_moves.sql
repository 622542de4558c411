with migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

month_ends as (
    select
        month_end,
        is_full_month_end,
        lag(month_end) over (order by month_end asc) as previous_month_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

-- As many as alarms compare; of those before them no move is read.
months as (
    select
        month_end,
        previous_month_end
    from month_ends
    where is_full_month_end
    order by month_end desc
    limit {{ var('alert_periods') }} + 1
),

populations as (
    select
        scheme,
        period_end,
        sum(persons) as persons
    from {{ ref('int_segments__monthly_flows') }}
    group by scheme, period_end
),

moves_down as (
    select
        migrations.person_id,
        migrations.scheme,
        migrations.reason,
        migrations.month_end
    from migrations
    inner join months on migrations.month_end = months.month_end
    inner join labels as from_labels
        on
            migrations.scheme = from_labels.scheme
            and migrations.from_segment = from_labels.segment
    inner join labels as to_labels
        on
            migrations.scheme = to_labels.scheme
            and migrations.to_segment = to_labels.segment
    where to_labels.segment_rank < from_labels.segment_rank
),

entries as (
    select
        person_id,
        scheme,
        month_end
    from migrations
    where from_segment is null
),

-- Newcomers of the month are not among those whom it is a share of.
counted as (
    select
        moves_down.scheme,
        moves_down.month_end,
        count(distinct moves_down.person_id) as moved_down,
        count(distinct case
            when moves_down.reason = 'lapsed' then moves_down.person_id
        end) as lapsed
    from moves_down
    inner join entries
        on
            moves_down.person_id = entries.person_id
            and moves_down.scheme = entries.scheme
    where entries.month_end < moves_down.month_end
    group by moves_down.scheme, moves_down.month_end
)

select
    populations.scheme,
    populations.persons,
    coalesce(counted.moved_down, 0) as moved_down,
    coalesce(counted.lapsed, 0) as lapsed,
    months.month_end as period_end
from months
inner join populations on months.previous_month_end = populations.period_end
left join counted
    on
        populations.scheme = counted.scheme
        and months.month_end = counted.month_end
