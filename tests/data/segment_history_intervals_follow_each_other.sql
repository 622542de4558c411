-- The intervals of a person and scheme neither overlap nor leave a gap: each ends on
-- the date on which the next one begins, after it began, and only the last one is open.
with history as (
    select * from {{ ref('segment_history') }}
),

followed as (
    select
        *,
        lead(valid_from) over (
            partition by person_id, scheme
            order by valid_from asc, valid_to asc nulls last
        ) as next_valid_from
    from history
)

select
    person_id,
    scheme,
    segment,
    valid_from,
    valid_to,
    next_valid_from
from followed
where
    coalesce(valid_to, date '9999-12-31')
    <> coalesce(next_valid_from, date '9999-12-31')
    or valid_to <= valid_from
