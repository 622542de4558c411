-- Lifecycle funnel: the six groups at the as-of date as an inverted pyramid, the widest
-- group on top, each with a centred bar that is drawn to scale. Empty groups are shown.
--
-- Run:    uv run dbt show --select lifecycle_funnel --limit -1
-- Or:     uv run dbt compile --select lifecycle_funnel, and paste the SQL.
with

counted as (

    select
        lifecycle_group as segment,
        count(*) as persons
    from {{ ref('person_segments') }}
    group by lifecycle_group

),

filled as (

    select
        lifecycle_groups.segment,
        lifecycle_groups.label_vi,
        lifecycle_groups.rank as group_rank,
        coalesce(counted.persons, 0) as persons
    from {{ ref('lifecycle_groups') }} as lifecycle_groups
    left join counted on lifecycle_groups.segment = counted.segment

),

measured as (

    select
        segment,
        label_vi,
        group_rank,
        persons,
        sum(persons) over () as all_persons,
        cast(
            floor(persons * 10 / nullif(max(persons) over (), 0) + 0.5) as int
        ) as half_width
    from filled

),

final as (

    select
        segment,
        repeat(' ', 10 - half_width) || repeat('█', 2 * half_width) as bar,
        cast(persons as bigint) as persons,
        cast(
            floor(persons * 1000 / nullif(all_persons, 0) + 0.5) / 1000
            as decimal(9, 3)
        ) as share_of_persons,
        group_rank,
        label_vi
    from measured

)

select *
from final
order by persons desc, group_rank asc
