with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

assigned as (
    select * from {{ ref('int_experiments__assigned') }}
),

populations as (
    select * from {{ ref('int_experiments__populations') }}
),

variants as (
    select * from {{ ref('experiment_variants') }}
),

standings as (
    select
        experiment_id,
        person_id,
        max(case when scheme = 'lifecycle' then starting_group end)
            as starting_lifecycle_group,
        max(case when scheme = 'rfm' then starting_group end) as starting_rfm_segment
    from {{ ref('int_experiments__standings') }}
    group by experiment_id, person_id
)

select
    assigned.experiment_id,
    assigned.person_id,
    assigned.unit_id,
    assigned.variant,
    assigned.source,
    standings.starting_lifecycle_group,
    standings.starting_rfm_segment,
    variants.is_control,
    populations.person_id is not null as is_in_population,
    assigned.is_in_several_variants,
    assigned.assigned_on,
    windows.starts_on,
    windows.measured_on
from assigned
inner join windows on assigned.experiment_id = windows.experiment_id
inner join variants
    on
        assigned.experiment_id = variants.experiment_id
        and assigned.variant = variants.variant
inner join standings
    on
        assigned.experiment_id = standings.experiment_id
        and assigned.person_id = standings.person_id
left join populations
    on
        assigned.experiment_id = populations.experiment_id
        and assigned.person_id = populations.person_id
