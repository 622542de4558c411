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

-- A browser that links nothing stands for the visits on it that name nobody.
visitors as (
    select
        identifiers.own_person_id,
        visits.seen_on,
        visits.seen_at
    from identifiers
    inner join {{ ref('int_web_events__identifiers') }} as visits
        on
            identifiers.source_system = visits.source_system
            and identifiers.identifier_value = visits.anonymous_id
    where identifiers.problem is not null and visits.customer_id is null
),

anchored as (
    select
        identifiers.source_system,
        identifiers.identifier_type,
        identifiers.identifier_value,
        identifiers.own_person_id,
        coalesce(leaf_links.right_own_id, identifiers.own_person_id) as anchor_id,
        identifiers.version_hash,
        leaf_links.version_hash as link_hash,
        {%- for seen in ['seen_on', 'seen_at'] %}
        case
            when identifiers.problem is null then identifiers.first_{{ seen }}
            else visitors.{{ seen }}
        end as first_{{ seen }},
        {%- endfor %}
        coalesce(visitors.seen_on, identifiers.known_on) as known_on,
        coalesce(visitors.seen_at, identifiers.known_at) as known_at
    from identifiers
    left join leaf_links on identifiers.own_person_id = leaf_links.left_own_id
    left join visitors on identifiers.own_person_id = visitors.own_person_id
),

led as (
    select
        anchored.*,
        coalesce(leaders.person_id, anchored.anchor_id) as person_id
    from anchored
    left join leaders on anchored.anchor_id = leaders.own_person_id
)

-- Nobody stands behind what only others carry: a shared browser on which every visit
-- names a customer, or what an erased customer used, in the hands of who stays.
select
    source_system,
    identifier_type,
    identifier_value,
    own_person_id,
    person_id,
    {{ hash_of([
        'version_hash', 'link_hash', 'person_id', 'first_seen_on', 'first_seen_at',
    ]) }} as version_hash,
    first_seen_on,
    known_on,
    first_seen_at,
    known_at
from led
where
    identifier_type = 'customer_id'
    or person_id != own_person_id
    or first_seen_on is not null
