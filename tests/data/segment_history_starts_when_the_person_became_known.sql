-- Every person stands in both schemes, from the very day on which they became known.
with schemes as (
    select 'lifecycle' as scheme
    union all
    select 'rfm' as scheme
),

persons as (
    select * from {{ ref('persons') }}
),

expected as (
    select
        persons.person_id,
        schemes.scheme,
        persons.first_seen_on
    from persons
    cross join schemes
),

starts as (
    select
        person_id,
        scheme,
        min(valid_from) as first_valid_from
    from {{ ref('segment_history') }}
    group by person_id, scheme
)

select
    expected.*,
    starts.first_valid_from
from expected
left join starts
    on
        expected.person_id = starts.person_id
        and expected.scheme = starts.scheme
where
    starts.first_valid_from is null
    or starts.first_valid_from <> expected.first_seen_on
