with identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

edges as (
    select * from {{ ref('int_identity__edges') }}
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

absorptions as (
    select
        left_own_id as absorbed_person_id,
        left_own_id as linking_id,
        linked_on as merged_on
    from {{ ref('int_identity__links') }}
    where is_leaf
    union all
    select
        nodes.own_person_id as absorbed_person_id,
        edges.left_own_id as linking_id,
        edges.linked_on as merged_on
    from {{ ref('int_identity__absorbed') }} as absorbed
    inner join nodes on absorbed.node = nodes.node
    inner join edges on absorbed.link_number = edges.link_number
)

select
    absorptions.absorbed_person_id,
    absorbed.person_id as surviving_person_id,
    linking.identifier_type,
    linking.identifier_value,
    absorptions.merged_on
from absorptions
inner join identifiers as absorbed
    on absorptions.absorbed_person_id = absorbed.own_person_id
inner join identifiers as linking
    on absorptions.linking_id = linking.own_person_id
where absorbed.known_on < absorptions.merged_on
