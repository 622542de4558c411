with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

publication as (
    select * from {{ ref('int_audiences__publications') }}
),

members as (
    select * from {{ ref('audience_members') }}
),

compared as (
    select
        members.audience,
        members.part,
        members.person_id,
        bool_or(members.is_current) as is_in,
        coalesce(bool_or(
            members.entered_on <= publication.published_on
            and coalesce(members.left_on, date '9999-12-31') > publication.published_on
        ), false) as was_in
    from members
    cross join publication
    group by members.audience, members.part, members.person_id
)

select
    compared.audience,
    compared.part,
    compared.person_id,
    case when compared.is_in then 'add' else 'remove' end as action,
    bounds.as_of_date,
    publication.published_on
from compared
cross join bounds
cross join publication
where compared.is_in <> compared.was_in
