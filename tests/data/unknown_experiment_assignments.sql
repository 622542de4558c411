-- Assignments by another system that the seeds do not know, or that came too late, do
-- not count. A row here is a test and variant of such assignments, and what to do.
{{ config(severity='warn') }}

with assignments as (
    {{ union_systems('experiment_assignments') }}
),

experiments as (
    select
        *,
        least(ends_on, starts_on + (horizon_days - 1)) as assigned_until
    from {{ ref('experiments') }}
),

variants as (
    select * from {{ ref('experiment_variants') }}
),

judged as (
    select
        assignments.source_system,
        assignments.experiment_id,
        assignments.variant,
        case
            when experiments.experiment_id is null
                then 'Add the test to seed experiments'
            when variants.variant is null
                then 'Add the variant to seed experiment_variants'
            when assignments.assigned_on > experiments.assigned_until
                then 'Assigned after ends_on or the horizon of seed experiments'
        end as what_to_do
    from assignments
    left join experiments on assignments.experiment_id = experiments.experiment_id
    left join variants
        on
            assignments.experiment_id = variants.experiment_id
            and assignments.variant = variants.variant
)

select
    source_system,
    experiment_id,
    variant,
    what_to_do,
    count(*) as assignments,
    what_to_do || ': test `' || experiment_id || '`, variant `' || variant || '`.'
        as message
from judged
where what_to_do is not null
group by source_system, experiment_id, variant, what_to_do
