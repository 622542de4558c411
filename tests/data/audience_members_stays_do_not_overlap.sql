-- The stays of a person in a part of an audience follow each other: each begins after
-- the one before ended, none ends before it began, and a person is in one part at a
-- time.
with members as (
    select * from {{ ref('audience_members') }}
),

followed as (
    select
        *,
        lag(left_on) over (
            partition by audience, person_id
            order by entered_on asc, left_on asc nulls last, part asc
        ) as previous_left_on,
        row_number() over (
            partition by audience, person_id
            order by entered_on asc, left_on asc nulls last, part asc
        ) as stay
    from members
)

select
    audience,
    part,
    person_id,
    entered_on,
    left_on,
    previous_left_on
from followed
where
    left_on <= entered_on
    or (stay > 1 and (previous_left_on is null or previous_left_on > entered_on))
