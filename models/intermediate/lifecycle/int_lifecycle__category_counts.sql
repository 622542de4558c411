{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with ranges as (
    select * from {{ reopened('int_orders__category_ranges') }}
),

steps as (
    select
        person_id,
        valid_from as changed_on,
        1 as step
    from ranges
    union all
    select
        person_id,
        valid_to as changed_on,
        -1 as step
    from ranges
    where valid_to < date '9999-12-31'
),

daily as (
    select
        person_id,
        changed_on,
        sum(step) as step
    from steps
    group by person_id, changed_on
)

select
    person_id,
    changed_on,
    cast(
        sum(step) over (
            partition by person_id
            order by changed_on asc
            rows between unbounded preceding and current row
        ) as integer
    ) as categories
from daily
