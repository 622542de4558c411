with month_ends as (
    select
        month_end,
        is_full_month_end,
        lag(month_end) over (order by month_end asc) as previous_month_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

populations as (
    select
        scheme,
        period_end,
        sum(persons) as persons
    from {{ ref('int_segments__monthly_flows') }}
    group by scheme, period_end
),

moves as (
    select
        scheme,
        month_end,
        cast(sum(moved_down) as bigint) as moves_down,
        cast(sum(lapsed) as bigint) as lapses
    from {{ ref('int_segments__profile_moves') }}
    group by scheme, month_end
)

select
    populations.scheme,
    populations.persons,
    coalesce(moves.moves_down, 0) as moves_down,
    coalesce(moves.lapses, 0) as lapses,
    month_ends.month_end as period_end
from month_ends
inner join populations on month_ends.previous_month_end = populations.period_end
left join moves
    on
        populations.scheme = moves.scheme
        and month_ends.month_end = moves.month_end
where month_ends.is_full_month_end
