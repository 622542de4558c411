{{ config(materialized='view') }}

with lifecycle as (
    select * from {{ ref('int_lifecycle__migrations') }}
),

rfm as (
    select * from {{ ref('int_rfm__migrations') }}
)

select
    person_id,
    'lifecycle' as scheme,
    from_segment,
    to_segment,
    reason,
    false as is_provisional,
    previous_migrated_on,
    migrated_on,
    next_migrated_on
from lifecycle
union all
select
    person_id,
    'rfm' as scheme,
    from_segment,
    to_segment,
    reason,
    is_provisional,
    previous_migrated_on,
    migrated_on,
    next_migrated_on
from rfm
