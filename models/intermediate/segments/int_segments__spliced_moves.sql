with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

effective as (
    select * from {{ ref('int_rules__effective') }}
),

recorded as (
    select * from {{ ref('int_segments__recorded_moves') }}
),

entries as (
    select * from recorded
    where from_segment is null
),

rule_changes as (
    select * from {{ ref('int_segments__rule_changes') }}
),

computed as (
    select moves.*
    from {{ ref('int_segments__computed_moves') }} as moves
    inner join effective on moves.migrated_on > effective.effective_on
    inner join bounds on moves.migrated_on <= bounds.as_of_date
    inner join entries
        on
            moves.person_id = entries.person_id
            and moves.scheme = entries.scheme
),

spliced as (
    select
        person_id,
        scheme,
        from_segment,
        to_segment,
        reason,
        false as is_provisional,
        migrated_on
    from recorded
    union all
    select
        person_id,
        scheme,
        from_segment,
        to_segment,
        reason,
        is_provisional,
        migrated_on
    from rule_changes
    union all
    select
        person_id,
        scheme,
        from_segment,
        to_segment,
        reason,
        is_provisional,
        migrated_on
    from computed
)

select
    *,
    lag(migrated_on) over in_order as previous_migrated_on,
    lead(migrated_on) over in_order as next_migrated_on
from spliced
window in_order as (partition by person_id, scheme order by migrated_on asc)
