with months as (
    select
        calendar_date,
        month_end
    from {{ ref('int_calendar__dates') }}
),

migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

flows as (
    select
        scheme,
        to_segment as segment,
        migrated_on,
        count(*) as entered,
        0 as left_count
    from migrations
    group by scheme, to_segment, migrated_on
    union all
    select
        scheme,
        from_segment as segment,
        migrated_on,
        0 as entered,
        count(*) as left_count
    from migrations
    where from_segment is not null
    group by scheme, from_segment, migrated_on
),

monthly as (
    select
        flows.scheme,
        flows.segment,
        months.month_end,
        sum(flows.entered) as entered,
        sum(flows.left_count) as left_count
    from flows
    inner join months on flows.migrated_on = months.calendar_date
    group by flows.scheme, flows.segment, months.month_end
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
