-- The rfm segment, cell and values of person_segments are those of rfm_scores at the
-- as-of date, or `interested` in cell 000 for those who are not scored there.
with today as (
    select * from {{ ref('person_segments') }}
),

scores as (
    select * from {{ ref('rfm_scores') }}
)

select
    today.person_id,
    today.rfm_segment,
    today.rfm_cell,
    scores.rfm_segment as scored_segment,
    scores.rfm_cell as scored_cell
from today
left join scores
    on
        today.person_id = scores.person_id
        and today.as_of_date = scores.period_end
where
    today.rfm_segment <> coalesce(scores.rfm_segment, 'interested')
    or today.rfm_cell <> coalesce(scores.rfm_cell, '000')
    or coalesce(today.recency_days, -1) <> coalesce(scores.recency_days, -1)
    or today.frequency <> coalesce(scores.frequency, 0)
    or today.monetary <> coalesce(scores.monetary, 0)
