-- Who is in an audience today is who fits its rules today, no more and no fewer.
with current_members as (
    select
        audience,
        part,
        person_id
    from {{ ref('audience_members') }}
    where is_current
),

matched as (
    select
        audience,
        part,
        person_id
    from {{ ref('int_audiences__matched') }}
)

select
    coalesce(current_members.audience, matched.audience) as audience,
    coalesce(current_members.part, matched.part) as part,
    coalesce(current_members.person_id, matched.person_id) as person_id
from current_members
full join matched
    on
        current_members.audience = matched.audience
        and current_members.part = matched.part
        and current_members.person_id = matched.person_id
where current_members.person_id is null or matched.person_id is null
