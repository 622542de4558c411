{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    touched_by='int_segments__touched',
) }}
{{ comes_after('int_segments__touched') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

computed as (
    select * from {{ ref('int_segments__computed_moves') }}
    where {{ is_reopened() }}
),

spliced as (
    select * from {{ ref('int_segments__spliced_moves') }}
    where {{ is_reopened() }}
),

-- Whose moves before a change of rules stay as they were told.
recorded as (
    select
        person_id,
        scheme
    from spliced
    where from_segment is null
),

migrations as (
    select
        computed.person_id,
        computed.scheme,
        computed.from_segment,
        computed.to_segment,
        computed.reason,
        computed.is_provisional,
        computed.previous_migrated_on,
        computed.migrated_on,
        computed.next_migrated_on
    from computed
    left join recorded
        on
            computed.person_id = recorded.person_id
            and computed.scheme = recorded.scheme
    where recorded.person_id is null
    union all
    select
        person_id,
        scheme,
        from_segment,
        to_segment,
        reason,
        is_provisional,
        previous_migrated_on,
        migrated_on,
        next_migrated_on
    from spliced
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
