{{ config(materialized='view') }}

with pairs as (
    select * from {{ ref('int_identity__pairs') }}
),

-- By far the most identifiers are leaves without a problem; the others are few enough
-- to be looked up whenever the links are read.
others as (
    select
        own_person_id,
        problem
    from {{ ref('int_identity__identifiers') }}
    where
        identifier_type != 'customer_id'
        and (problem is not null or not is_leaf)
)

select
    pairs.source_system,
    pairs.source_table,
    pairs.record_key,
    pairs.left_type,
    pairs.left_own_id,
    pairs.right_type,
    pairs.right_own_id,
    lefts.own_person_id is null as is_leaf,
    pairs.version_hash,
    pairs.linked_on
from pairs
left join others as lefts on pairs.left_own_id = lefts.own_person_id
left join others as rights on pairs.right_own_id = rights.own_person_id
where
    pairs.is_open
    and lefts.problem is null
    and rights.problem is null
