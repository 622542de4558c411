with links as (
    select * from {{ ref('int_identity__links') }}
    where not is_leaf
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
)

select
    row_number() over (
        order by
            links.linked_on asc,
            links.left_own_id asc,
            links.right_own_id asc
    ) as link_number,
    links.left_own_id,
    lefts.node as left_node,
    rights.node as right_node,
    links.linked_on
from links
inner join nodes as lefts on links.left_own_id = lefts.own_person_id
inner join nodes as rights on links.right_own_id = rights.own_person_id
