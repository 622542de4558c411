{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    renewed={'columns': ['person_id', 'period_end'], 'by': 'int_rfm__rescored'},
) }}
{{ comes_after('int_rfm__rescored') }}

with scored_values as (
    select * from {{ ref('int_rfm__values') }}
    where {{ is_reopened() }}
),

cuts as (
    select * from {{ ref('int_rfm__cuts_by_period') }}
),

scores as (
    select
        scored_values.*,
        {{ rfm_scores('scored_values', 'cuts') }}
    from scored_values
    inner join cuts on scored_values.period_number = cuts.period_number
),

grid as (
    select * from {{ ref('rfm_segment_grid') }}
    where preset = '{{ var("rfm_preset") }}'
)

select
    scores.person_id,
    {{ rfm_cell('scores') }} as rfm_cell,
    grid.segment as rfm_segment,
    scores.period_number,
    scores.recency_days,
    scores.frequency,
    scores.monetary,
    scores.recency_score,
    scores.frequency_score,
    scores.monetary_score,
    scores.is_provisional,
    scores.period_end,
    scores.latest_order_on
from scores
inner join grid
    on
        scores.recency_grid_score = grid.recency_score
        and scores.frequency_grid_score = grid.frequency_score
        and scores.monetary_grid_score = grid.monetary_score
