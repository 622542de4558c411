with effective as (
    select * from {{ ref('int_rules__effective') }}
),

moves as (
    select * from {{ ref('int_rules__recorded_moves') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

persons as (
    select * from {{ ref('int_persons__known') }}
),

recorded as (
    select
        moves.person_id,
        min(moves.migrated_on) as recorded_from
    from moves
    inner join effective on moves.migrated_on < effective.effective_on
    group by moves.person_id
),

-- Of merged persons one history is read on: that of who is left, else the longest.
ranked as (
    select
        recorded.person_id as recorded_person_id,
        identifiers.person_id,
        row_number() over (
            partition by identifiers.person_id
            order by
                case
                    when recorded.person_id = identifiers.person_id then 0
                    else 1
                end asc,
                recorded.recorded_from asc,
                recorded.person_id asc
        ) as place
    from recorded
    inner join identifiers on recorded.person_id = identifiers.own_person_id
)

select
    ranked.person_id,
    ranked.recorded_person_id,
    persons.first_seen_on
from ranked
inner join persons on ranked.person_id = persons.person_id
inner join effective on persons.first_seen_on < effective.effective_on
where ranked.place = 1
