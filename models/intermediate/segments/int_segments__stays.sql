with migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

month_ends as (
    select month_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

movers as (
    select
        migrations.person_id,
        migrations.scheme,
        migrations.month_end,
        max_by(migrations.to_segment, migrations.migrated_on) as segment
    from migrations
    inner join month_ends on migrations.month_end = month_ends.month_end
    group by migrations.person_id, migrations.scheme, migrations.month_end
),

followed as (
    select
        person_id,
        scheme,
        segment,
        lead(segment) over in_order as next_segment,
        month_end as from_month_end,
        lead(month_end) over in_order as until_month_end
    from movers
    window in_order as (partition by person_id, scheme order by month_end asc)
)

select
    person_id,
    scheme,
    segment,
    next_segment is not null and next_segment != segment as is_left,
    from_month_end,
    until_month_end
from followed
