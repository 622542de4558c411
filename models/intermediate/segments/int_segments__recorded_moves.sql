with effective as (
    select * from {{ ref('int_rules__effective') }}
),

persons as (
    select * from {{ ref('int_segments__recorded_persons') }}
),

-- What was provisional when it was recorded was never history.
moves as (
    select *
    from {{ ref('int_rules__recorded_moves') }}
    where not is_provisional
),

followed as (
    select
        persons.person_id,
        persons.first_seen_on,
        moves.scheme,
        moves.from_segment,
        moves.to_segment,
        moves.reason,
        moves.migrated_on,
        lag(moves.migrated_on) over in_order as previous_migrated_on,
        lead(moves.migrated_on) over in_order as next_migrated_on
    from moves
    inner join effective on moves.migrated_on < effective.effective_on
    inner join persons on moves.person_id = persons.recorded_person_id
    window in_order as (
        partition by persons.person_id, moves.scheme order by moves.migrated_on asc
    )
),

-- A person enters on the day on which, as is known today, they became known: the first
-- recorded stay reaches back to it, and what lies before it is left out.
entered as (
    select
        *,
        migrated_on <= first_seen_on or previous_migrated_on is null as is_entry
    from followed
    where next_migrated_on is null or next_migrated_on > first_seen_on
)

select
    person_id,
    scheme,
    case when not is_entry then from_segment end as from_segment,
    to_segment,
    case
        when
            is_entry and (migrated_on <> first_seen_on or from_segment is not null)
            then 'first_seen'
        else reason
    end as reason,
    case when is_entry then first_seen_on else migrated_on end as migrated_on
from entered
