with recorded as (
    select * from {{ ref('int_rules__recorded_versions') }}
),

-- What this build will record once it has ended.
in_force as (
    select in_force.*
    from {{ ref('int_rules__in_force') }} as in_force
    left join recorded on in_force.first_run_id = recorded.first_run_id
    where recorded.first_run_id is null
),

versions as (
    select * from recorded
    union all
    select
        rule_version,
        change,
        first_run_id,
        settings,
        valid_from,
        first_as_of_date,
        recorded_at
    from in_force
)

select
    first_run_id,
    rule_version,
    change,
    settings,
    row_number() over (order by recorded_at desc, first_run_id desc) = 1 as is_in_force,
    valid_from,
    first_as_of_date,
    recorded_at
from versions
