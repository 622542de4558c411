-- Everyone with values at a period end is scored once, in a cell of the preset's grid
-- that names their segment: no cell is missing from the grid.
{%- set factors = items_of('rfm_factors') %}
with effective as (
    select coalesce(effective_on, date '0001-01-01') as effective_on
    from {{ ref('int_rules__effective') }}
),

person_values as (
    select person_values.*
    from {{ ref('int_rfm__values') }} as person_values
    inner join effective on person_values.period_end >= effective.effective_on
),

-- Under the rules in force: scores of earlier ones have cells of theirs.
scores as (
    select scores.*
    from {{ ref('rfm_scores') }} as scores
    inner join effective on scores.period_end >= effective.effective_on
),

grid as (
    select distinct
        {%- for factor in factors %}
        {{ factor }}_score,
        {%- endfor %}
        segment
    from {{ ref('rfm_segment_grid') }}
    where preset = '{{ var("rfm_preset") }}'
)

select
    person_values.person_id,
    person_values.period_end,
    scores.rfm_cell,
    scores.rfm_segment
from person_values
full join scores
    on
        person_values.person_id = scores.person_id
        and person_values.period_end = scores.period_end
left join grid
    on
        scores.rfm_segment = grid.segment
        {%- for factor in factors %}
        and scores.{{ factor }}_score = grid.{{ factor }}_score
        {%- endfor %}
where person_values.person_id is null or grid.segment is null
