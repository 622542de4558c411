with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

migrations as (
    select * from {{ ref('int_lifecycle__migrations') }}
)

select
    migrations.person_id,
    migrations.from_segment as current_group,
    migrations.to_segment as next_group,
    migrations.reason,
    {{ days_between('bounds.as_of_date', 'migrations.migrated_on') }} as days_left,
    migrations.migrated_on as change_on
from migrations
cross join bounds
where
    migrations.migrated_on > bounds.as_of_date
    and migrations.previous_migrated_on <= bounds.as_of_date
