{%- set goodness = rfm_goodness('scored_values') %}
{%- set told_scores = [
    source('last_run', 'int_rfm__scored'), source('last_marts', 'rfm_scores')
] %}
with periods as (
    select * from {{ ref('int_rfm__rescored_periods') }}
),

cuts as (
    select * from {{ ref('int_rfm__cuts_by_period') }}
),

touched as (
    select * from {{ ref('int_persons__touched') }}
),

scored_values as (
    select * from {{ ref('int_rfm__values') }}
),

-- Where there is no cut point, nobody is above it.
shifted as (
    {%- for factor in goodness %}
    {%- set outer_loop = loop %}
    {%- for cut in range(1, 5) %}
    {%- set cut_point = factor ~ '_cut_' ~ cut %}
    {%- set infinity = "cast('infinity' as double)" %}
    {{ 'union all' if not (loop.first and outer_loop.first) }}
    select
        '{{ factor }}' as factor,
        cuts.period_number,
        least(
            coalesce(periods.{{ cut_point }}, {{ infinity }}),
            coalesce(cuts.{{ cut_point }}, {{ infinity }})
        ) as above,
        greatest(
            coalesce(periods.{{ cut_point }}, {{ infinity }}),
            coalesce(cuts.{{ cut_point }}, {{ infinity }})
        ) as up_to
    from periods
    inner join cuts on periods.period_end = cuts.period_end
    where
        not periods.is_whole
        and periods.{{ cut_point }} is distinct from cuts.{{ cut_point }}
    {%- endfor %}
    {%- endfor %}
),

-- A move hangs on the cut points of the period before, too.
applied as (
    select
        *,
        period_number as applied_in
    from shifted
    union all
    select
        *,
        period_number + 1 as applied_in
    from shifted
),

passed as (
    select
        scored_values.person_id,
        scored_values.period_end,
        case applied.factor
            {%- for factor, value in goodness.items() %}
            when '{{ factor }}' then cast({{ value }} as double)
            {%- endfor %}
        end as goodness,
        applied.above,
        applied.up_to
    from scored_values
    inner join applied on scored_values.period_number = applied.applied_in
),

rescored as (
    select
        person_id,
        true as is_passed,
        period_end
    from passed
    where goodness > above and goodness <= up_to
    union all
    select
        scored_values.person_id,
        false as is_passed,
        scored_values.period_end
    from scored_values
    inner join periods on scored_values.period_end = periods.period_end
    where periods.is_whole
    {%- for told in told_scores if was_left(told) %}
    union all
    select
        told.person_id,
        false as is_passed,
        told.period_end
    from {{ told }} as told
    inner join periods on told.period_end = periods.period_end
    where periods.is_whole
    {%- endfor %}
)

select
    rescored.person_id,
    bool_or(rescored.is_passed) as is_passed,
    rescored.period_end
from rescored
left join touched on rescored.person_id = touched.person_id
where touched.person_id is null
group by rescored.person_id, rescored.period_end
