{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

lifecycle as (
    select * from {{ ref('int_lifecycle__migrations') }}
),

rfm as (
    select * from {{ ref('int_rfm__migrations') }}
),

migrations as (
    select
        person_id,
        'lifecycle' as scheme,
        from_segment,
        to_segment,
        reason,
        false as is_provisional,
        previous_migrated_on,
        migrated_on,
        next_migrated_on
    from lifecycle
    union all
    select
        person_id,
        'rfm' as scheme,
        from_segment,
        to_segment,
        reason,
        is_provisional,
        previous_migrated_on,
        migrated_on,
        next_migrated_on
    from rfm
)

select
    migrations.person_id,
    migrations.scheme,
    migrations.from_segment,
    migrations.to_segment,
    migrations.reason,
    migrations.is_provisional,
    migrations.previous_migrated_on,
    migrations.migrated_on,
    case
        when migrations.next_migrated_on <= bounds.as_of_date
            then migrations.next_migrated_on
    end as next_migrated_on,
    cast({{ dbt.last_day(
        'greatest(migrations.migrated_on, bounds.first_date)', 'month'
    ) }} as date) as month_end
from migrations
cross join bounds
where migrations.migrated_on <= bounds.as_of_date
