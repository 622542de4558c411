{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

with identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
    where problem is null or identifier_type = 'anonymous_id'
),

leaf_links as (
    select * from {{ ref('int_identity__links') }}
    where is_leaf
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

leaders as (
    select
        nodes.own_person_id,
        best_nodes.own_person_id as person_id
    from {{ ref('int_identity__absorbed') }} as absorbed
    inner join nodes on absorbed.node = nodes.node
    inner join nodes as best_nodes on absorbed.absorber = best_nodes.node
),

anchored as (
    select
        identifiers.*,
        coalesce(leaf_links.right_own_id, identifiers.own_person_id) as anchor_id,
        leaf_links.version_hash as link_hash
    from identifiers
    left join leaf_links on identifiers.own_person_id = leaf_links.left_own_id
)

select
    anchored.source_system,
    anchored.identifier_type,
    anchored.identifier_value,
    anchored.own_person_id,
    coalesce(leaders.person_id, anchored.anchor_id) as person_id,
    {{ hash_of([
        'anchored.version_hash', 'anchored.link_hash', 'anchored.anchor_id',
        'leaders.person_id',
    ]) }} as version_hash,
    anchored.first_seen_on,
    anchored.known_on,
    anchored.first_seen_at,
    anchored.known_at
from anchored
left join leaders on anchored.anchor_id = leaders.own_person_id
