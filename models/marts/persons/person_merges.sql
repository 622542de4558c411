with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
    where identifier_type = 'anonymous_id'
),

ties as (
    select * from {{ ref('int_persons__ties') }}
)

select
    {{ person_key(
        'identifiers.source_system',
        'identifiers.identifier_type',
        'identifiers.identifier_value',
    ) }} as absorbed_person_id,
    identifiers.person_id as surviving_person_id,
    identifiers.identifier_type,
    identifiers.identifier_value,
    ties.tied_on as merged_on
from identifiers
inner join ties
    on
        identifiers.source_system = ties.source_system
        and identifiers.identifier_value = ties.anonymous_id
cross join bounds
where
    identifiers.first_seen_on < ties.tied_on
    and ties.tied_on <= bounds.as_of_date
