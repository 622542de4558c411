with members as (
    select
        audience,
        person_id
    from {{ ref('audience_members') }}
    where is_current
),

-- Persons in the same audiences are counted once, not each for every pair.
signatures as (
    select
        person_id,
        {{ sorted_text('audience') }} as signature
    from members
    group by person_id
),

counted as (
    select
        signature,
        min(person_id) as example_id,
        count(*) as persons
    from signatures
    group by signature
),

audiences_of_signatures as (
    select
        counted.signature,
        counted.persons,
        members.audience
    from counted
    inner join members on counted.example_id = members.person_id
),

sizes as (
    select
        audience,
        sum(persons) as persons
    from audiences_of_signatures
    group by audience
),

pairs as (
    select
        one.audience,
        other.audience as other_audience,
        sum(one.persons) as persons_in_both
    from audiences_of_signatures as one
    inner join audiences_of_signatures as other
        on one.signature = other.signature
    where one.audience <> other.audience
    group by one.audience, other.audience
)

select
    pairs.audience,
    pairs.other_audience,
    cast(pairs.persons_in_both as bigint) as persons_in_both,
    cast(sizes.persons as bigint) as persons,
    {{ share_of('pairs.persons_in_both', 'sizes.persons') }} as share_of_audience
from pairs
inner join sizes on pairs.audience = sizes.audience
