with persons as (
    select * from {{ ref('int_persons__known') }}
),

geographic as (
    select * from {{ ref('int_criteria__geographic') }}
),

touches as (
    select * from {{ ref('int_criteria__source') }}
),

technographic as (
    select * from {{ ref('int_criteria__technographic') }}
),

profiled as (
    select
        persons.person_id,
        coalesce(geographic.province, 'unknown') as province,
        coalesce(touches.first_touch_source, 'unknown') as source,
        coalesce(technographic.device_type, 'unknown') as device,
        persons.is_reachable
    from persons
    left join geographic on persons.person_id = geographic.person_id
    left join touches on persons.person_id = touches.person_id
    left join technographic on persons.person_id = technographic.person_id
),

-- Counting by one number costs half of what counting by three texts does.
numbered as (
    select
        province,
        source,
        device,
        cast(
            row_number() over (order by province asc, source asc, device asc) as integer
        ) as profile_number
    from profiled
    group by province, source, device
)

select
    profiled.person_id,
    profiled.province,
    profiled.source,
    profiled.device,
    numbered.profile_number,
    profiled.is_reachable
from profiled
inner join numbered
    on
        profiled.province = numbered.province
        and profiled.source = numbered.source
        and profiled.device = numbered.device
