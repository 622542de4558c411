{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    tells='facts',
) }}

with links as (
    select * from {{ ref('int_identity__links') }}
),

identifiers as (
    select * from {{ reopened('int_persons__resolved') }}
    where identifier_value not like 'erased:%'
)

select
    lefts.person_id,
    links.source_system as {{ adapter.quote('system') }},
    links.source_table,
    links.record_key,
    links.left_type as identifier_type,
    lefts.identifier_value,
    links.right_type as linked_identifier_type,
    rights.identifier_value as linked_identifier_value,
    links.linked_on
from links
inner join identifiers as lefts on links.left_own_id = lefts.own_person_id
inner join identifiers as rights on links.right_own_id = rights.own_person_id
