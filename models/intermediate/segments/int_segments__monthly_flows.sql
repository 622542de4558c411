with moves as (
    select * from {{ ref('int_segments__profile_moves') }}
),

monthly as (
    select
        scheme,
        segment,
        month_end,
        sum(entered) as entered,
        sum(left_count) as left_count
    from moves
    group by scheme, segment, month_end
),

month_ends as (
    select month_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

labels as (
    select * from {{ ref('int_segments__labels') }}
)

select
    labels.scheme,
    labels.segment,
    month_ends.month_end as period_end,
    cast(coalesce(monthly.entered, 0) as bigint) as entered,
    cast(coalesce(monthly.left_count, 0) as bigint) as left_count,
    cast(
        sum(coalesce(monthly.entered, 0) - coalesce(monthly.left_count, 0)) over (
            partition by labels.scheme, labels.segment
            order by month_ends.month_end asc
            rows between unbounded preceding and current row
        ) as bigint
    ) as persons
from labels
cross join month_ends
left join monthly
    on
        labels.scheme = monthly.scheme
        and labels.segment = monthly.segment
        and month_ends.month_end = monthly.month_end
