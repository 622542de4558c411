{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    renewed={'columns': ['person_id'], 'by': 'int_rfm__touched'},
) }}
{{ comes_after('int_rfm__touched') }}

with persons as (
    select * from {{ ref('int_persons__known') }}
    where {{ is_reopened() }}
),

moves as (
    select * from {{ ref('int_rfm__reasons') }}
    where {{ is_reopened() }}
),

-- Whoever is scored on the very day they become known enters where they are scored.
scored_on_entry as (
    select
        moves.person_id,
        moves.to_segment,
        moves.is_provisional
    from moves
    inner join persons
        on
            moves.person_id = persons.person_id
            and moves.migrated_on = persons.first_seen_on
),

entries as (
    select
        persons.person_id,
        cast(null as string) as from_segment,
        coalesce(scored_on_entry.to_segment, 'interested') as to_segment,
        'first_seen' as reason,
        coalesce(scored_on_entry.is_provisional, false) as is_provisional,
        persons.first_seen_on as migrated_on
    from persons
    left join scored_on_entry on persons.person_id = scored_on_entry.person_id
),

later_moves as (
    select
        moves.person_id,
        moves.from_segment,
        moves.to_segment,
        moves.reason,
        moves.is_provisional,
        moves.migrated_on
    from moves
    left join scored_on_entry on moves.person_id = scored_on_entry.person_id
    where scored_on_entry.person_id is null or not moves.is_first_scored
),

migrations as (
    select * from entries
    union all
    select * from later_moves
)

select
    person_id,
    from_segment,
    to_segment,
    reason,
    is_provisional,
    lag(migrated_on) over in_order as previous_migrated_on,
    migrated_on,
    lead(migrated_on) over in_order as next_migrated_on
from migrations
window in_order as (partition by person_id order by migrated_on asc)
