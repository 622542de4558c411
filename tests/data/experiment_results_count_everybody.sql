-- Nobody leaves a test: in each scheme, all groups together and the groups one by one
-- hold exactly the persons assigned to the variant.
with results as (
    select * from {{ ref('experiment_results') }}
),

assigned as (
    select
        experiment_id,
        variant,
        count(*) as persons
    from {{ ref('experiment_assignments') }}
    group by experiment_id, variant
),

counted as (
    select
        experiment_id,
        variant,
        scheme,
        sum(case when starting_group = 'all' then persons else 0 end) as together,
        sum(case when starting_group != 'all' then persons else 0 end) as by_group
    from results
    group by experiment_id, variant, scheme
)

select
    counted.*,
    assigned.persons
from counted
full outer join assigned
    on
        counted.experiment_id = assigned.experiment_id
        and counted.variant = assigned.variant
where
    counted.together is distinct from counted.by_group
    or counted.together is distinct from coalesce(assigned.persons, 0)
