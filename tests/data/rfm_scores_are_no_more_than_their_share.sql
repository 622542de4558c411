-- Under percentiles, at most one in `levels` persons (of five levels: 20%) earns the
-- top score of a factor at a period end: ties can only make it fewer. (Of period
-- ends before other rules, persons may be missing who are gone since.)
with scores as (
    {%- for factor in ['recency', 'frequency', 'monetary'] %}
    select
        '{{ factor }}' as factor,
        period_end,
        {{ factor }}_score as score
    from {{ ref('rfm_scores') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

levels as (
    select
        thresholds.factor,
        thresholds.period_end,
        max(thresholds.score) as levels
    from {{ ref('rfm_thresholds') }} as thresholds
    cross join {{ ref('int_rules__effective') }} as effective
    where
        thresholds.method = 'percentile'
        and thresholds.period_end
        >= coalesce(effective.effective_on, date '0001-01-01')
    group by thresholds.factor, thresholds.period_end
)

select
    scores.factor,
    scores.period_end,
    levels.levels,
    count(*) as persons,
    count_if(scores.score = levels.levels) as top_persons
from scores
inner join levels
    on
        scores.factor = levels.factor
        and scores.period_end = levels.period_end
group by scores.factor, scores.period_end, levels.levels
having count_if(scores.score = levels.levels) * levels.levels > count(*)
