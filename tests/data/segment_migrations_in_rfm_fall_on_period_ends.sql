-- Who is in scheme rfm already moves at a period end only; provisional is what falls on
-- the as-of date where that is no full period end.
with migrations as (
    select * from {{ ref('segment_migrations') }}
    where scheme = 'rfm'
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
)

select
    migrations.migration_id,
    migrations.migrated_on,
    migrations.is_provisional
from migrations
left join periods on migrations.migrated_on = periods.period_end
where
    (periods.period_end is null and migrations.from_segment is not null)
    or (migrations.is_provisional and not coalesce(periods.is_provisional, false))
    or (
        migrations.from_segment is not null
        and migrations.is_provisional <> periods.is_provisional
    )
