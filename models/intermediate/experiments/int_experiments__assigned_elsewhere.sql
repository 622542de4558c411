with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

variants as (
    select * from {{ ref('experiment_variants') }}
),

assignments as (
    {{ union_systems('experiment_assignments') }}
),

customers as (
    select * from {{ ref('int_persons__resolved') }}
    where identifier_type = 'customer_id'
),

-- A person may have several customer ids, each with an assignment.
ranked as (
    select
        assignments.experiment_id,
        customers.person_id,
        assignments.variant,
        assignments.assigned_on,
        row_number() over (
            partition by assignments.experiment_id, customers.person_id
            order by
                assignments.assigned_at asc,
                assignments.variant asc,
                assignments.customer_id asc,
                assignments.source_system asc
        ) as place,
        min(assignments.variant) over person_variants as first_variant,
        max(assignments.variant) over person_variants as last_variant
    from assignments
    inner join variants
        on
            assignments.experiment_id = variants.experiment_id
            and assignments.variant = variants.variant
    inner join windows on assignments.experiment_id = windows.experiment_id
    inner join customers
        on
            assignments.customer_id = customers.identifier_value
            and assignments.source_system = customers.source_system
    where assignments.assigned_on <= windows.assigned_until
    window person_variants as (
        partition by assignments.experiment_id, customers.person_id
    )
)

select
    experiment_id,
    person_id,
    variant,
    first_variant != last_variant as is_in_several_variants,
    assigned_on
from ranked
where place = 1
