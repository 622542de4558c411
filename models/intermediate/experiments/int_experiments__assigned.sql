with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

elsewhere as (
    select * from {{ ref('int_experiments__assigned_elsewhere') }}
),

units as (
    select * from {{ ref('int_experiments__hashed_units') }}
),

-- Each variant takes the buckets up to its share, in the order of their names.
ranges as (
    select
        experiment_id,
        variant,
        round(10000 * (-share + sum(share) over shares_so_far)) as from_bucket,
        round(10000 * sum(share) over shares_so_far) as to_bucket
    from {{ ref('experiment_variants') }}
    window shares_so_far as (
        partition by experiment_id
        order by variant asc
        rows between unbounded preceding and current row
    )
),

hashed as (
    select
        units.experiment_id,
        units.person_id,
        max(case when units.is_leading then ranges.variant end) as variant,
        max(case when units.is_leading then units.unit_id end) as unit_id,
        min(ranges.variant) != max(ranges.variant) as is_in_several_variants
    from units
    inner join ranges on units.experiment_id = ranges.experiment_id
    where units.bucket >= ranges.from_bucket and units.bucket < ranges.to_bucket
    group by units.experiment_id, units.person_id
)

select
    experiment_id,
    person_id,
    variant,
    'raw' as source,
    cast(null as string) as unit_id,
    is_in_several_variants,
    assigned_on
from elsewhere
union all
select
    hashed.experiment_id,
    hashed.person_id,
    hashed.variant,
    'hash' as source,
    hashed.unit_id,
    hashed.is_in_several_variants,
    windows.starts_on as assigned_on
from hashed
inner join windows on hashed.experiment_id = windows.experiment_id
