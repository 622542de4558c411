{%- set measures = ['orders', 'revenue', 'earlier_orders', 'earlier_revenue'] -%}
{%- set counts = [
    'moved_up', 'moved_down', 'stayed', 'bought', 'in_several_variants',
] -%}
with assigned as (
    select * from {{ ref('int_experiments__assigned') }}
),

standings as (
    select * from {{ ref('int_experiments__standings') }}
),

outcomes as (
    select * from {{ ref('int_experiments__outcomes') }}
),

variants as (
    select * from {{ ref('experiment_variants') }}
),

persons as (
    select
        assigned.experiment_id,
        assigned.variant,
        assigned.is_in_several_variants,
        standings.scheme,
        {%- for measure in measures %}
        -- Wide enough for its square.
        cast(coalesce(outcomes.{{ measure }}, 0) as decimal(19, 4)) as {{ measure }},
        {%- endfor %}
        coalesce(standings.starting_group, 'unknown') as starting_group,
        standings.ranks_gained
    from assigned
    inner join standings
        on
            assigned.experiment_id = standings.experiment_id
            and assigned.person_id = standings.person_id
    left join outcomes
        on
            assigned.experiment_id = outcomes.experiment_id
            and assigned.person_id = outcomes.person_id
),

by_group as (
    select
        experiment_id,
        variant,
        scheme,
        starting_group,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        sum({{ measure }} * {{ measure }}) as squared_{{ measure }},
        {%- endfor %}
        count(case when ranks_gained > 0 then 1 end) as moved_up,
        count(case when ranks_gained < 0 then 1 end) as moved_down,
        count(case when ranks_gained = 0 then 1 end) as stayed,
        count(case when orders > 0 then 1 end) as bought,
        count(case when is_in_several_variants then 1 end) as in_several_variants,
        count(*) as persons
    from persons
    group by experiment_id, variant, scheme, starting_group
),

sums as (
    select * from by_group
    union all
    select
        experiment_id,
        variant,
        scheme,
        'all' as starting_group,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        sum(squared_{{ measure }}) as squared_{{ measure }},
        {%- endfor %}
        {%- for count in counts %}
        sum({{ count }}) as {{ count }},
        {%- endfor %}
        sum(persons) as persons
    from by_group
    group by experiment_id, variant, scheme
),

-- A variant without persons is a finding, too.
places as (
    select distinct
        experiment_id,
        scheme,
        starting_group
    from sums
)

select
    places.experiment_id,
    variants.variant,
    places.scheme,
    places.starting_group,
    variants.share as planned_share,
    cast(coalesce(sums.persons, 0) as integer) as persons,
    {%- for count in counts %}
    cast(coalesce(sums.{{ count }}, 0) as integer) as {{ count }},
    {%- endfor %}
    {%- for measure in measures %}
    cast(sums.{{ measure }} as double) / sums.persons as {{ measure }}_mean,
    {{ sample_variance(
        'sums.persons', 'sums.' ~ measure, 'sums.squared_' ~ measure
    ) }} as {{ measure }}_variance,
    {%- endfor %}
    variants.is_control
from places
inner join variants on places.experiment_id = variants.experiment_id
left join sums
    on
        variants.experiment_id = sums.experiment_id
        and variants.variant = sums.variant
        and places.scheme = sums.scheme
        and places.starting_group = sums.starting_group
