-- Who is in scheme rfm already moves at a period end only; provisional is what falls on
-- the as-of date where that is no full period end. Only the day from which other rules
-- hold may lie between; moves before it follow the periods of then.
with effective as (
    select coalesce(effective_on, date '0001-01-01') as effective_on
    from {{ ref('int_rules__effective') }}
),

migrations as (
    select migrations.*
    from {{ ref('segment_migrations') }} as migrations
    cross join effective
    where
        migrations.scheme = 'rfm'
        and migrations.migrated_on >= effective.effective_on
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
    (
        periods.period_end is null
        and migrations.from_segment is not null
        and migrations.reason <> 'rule_change'
    )
    or (migrations.is_provisional and not coalesce(periods.is_provisional, false))
    or (
        migrations.from_segment is not null
        and migrations.is_provisional <> periods.is_provisional
    )
