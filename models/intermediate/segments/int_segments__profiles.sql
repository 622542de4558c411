{{ config(materialized='view') }}

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
)

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
