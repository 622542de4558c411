{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    tells='facts',
) }}

with identifiers as (
    select * from {{ reopened('int_persons__resolved') }}
    where identifier_value not like 'erased:%'
),

persons as (
    select * from {{ ref('int_persons__known') }}
)

select
    identifiers.person_id,
    identifiers.source_system as {{ adapter.quote('system') }},
    identifiers.identifier_type,
    identifiers.identifier_value,
    identifiers.first_seen_at
from identifiers
inner join persons on identifiers.person_id = persons.person_id
