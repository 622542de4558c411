with pairs as (
    select * from {{ ref('int_identity__pairs') }}
),

identifiers as (
    select
        own_person_id,
        is_leaf
    from {{ ref('int_identity__identifiers') }}
    where problem is null and identifier_type != 'customer_id'
)

select
    pairs.source_system,
    pairs.source_table,
    pairs.record_key,
    pairs.left_type,
    pairs.left_own_id,
    pairs.right_type,
    pairs.right_own_id,
    lefts.is_leaf,
    pairs.linked_on
from pairs
inner join identifiers as lefts on pairs.left_own_id = lefts.own_person_id
left join identifiers as rights on pairs.right_own_id = rights.own_person_id
where
    pairs.is_open
    and (pairs.right_type = 'customer_id' or rights.own_person_id is not null)
