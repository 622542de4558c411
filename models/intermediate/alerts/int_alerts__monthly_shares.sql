with moves as (
    select * from {{ ref('int_alerts__monthly_moves') }}
),

months as (
    select month_end
    from {{ ref('int_calendar__dates') }}
    where is_full_month_end
),

newcomers as (
    select
        cast({{ dbt.last_day('first_seen_on', 'month') }} as date) as month_end,
        count(*) as persons,
        count_if(is_reachable) as reachable
    from {{ ref('int_persons__known') }}
    where not is_anonymous
    group by cast({{ dbt.last_day('first_seen_on', 'month') }} as date)
),

counted as (
    select
        'moves_down' as alert,
        scheme,
        moved_down as part,
        persons,
        period_end
    from moves
    union all
    select
        'lapses' as alert,
        scheme,
        lapsed as part,
        persons,
        period_end
    from moves
    where scheme = 'lifecycle'
    union all
    select
        'reachable_share' as alert,
        cast(null as string) as scheme,
        newcomers.reachable as part,
        newcomers.persons,
        months.month_end as period_end
    from months
    left join newcomers on months.month_end = newcomers.month_end
)

select
    alert,
    scheme,
    cast(
        round(cast(part as double) * 1000000 / nullif(persons, 0)) as bigint
    ) as share_millionths,
    period_end
from counted
