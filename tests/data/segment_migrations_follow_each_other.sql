-- A person leaves the segment into which their move before had brought them, for
-- another one, after the days that lie between; only the first move comes from nowhere.
with migrations as (
    select * from {{ ref('segment_migrations') }}
),

followed as (
    select
        *,
        lag(to_segment) over in_order as previous_segment,
        {{ dbt.datediff(
            'lag(migrated_on) over in_order', 'migrated_on', 'day'
        ) }} as days_since_previous
    from migrations
    window in_order as (
        partition by person_id, scheme
        order by migrated_on asc
    )
)

select
    migration_id,
    previous_segment,
    from_segment,
    to_segment,
    days_in_from_segment,
    days_since_previous
from followed
where
    coalesce(from_segment, '') <> coalesce(previous_segment, '')
    or from_segment = to_segment
    or coalesce(days_in_from_segment, -1) <> coalesce(days_since_previous, -1)
