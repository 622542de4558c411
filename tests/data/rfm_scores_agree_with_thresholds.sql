-- The published cut points explain every score: it is the number of lower bounds that
-- lie strictly below the person's goodness, score 1 having none.
with goodness as (
    {%- for factor, value in [
        ('recency', '-recency_days'), ('frequency', 'frequency'),
        ('monetary', 'monetary'),
    ] %}
    select
        person_id,
        period_end,
        '{{ factor }}' as factor,
        cast({{ value }} as double) as goodness,
        {{ factor }}_score as score
    from {{ ref('rfm_scores') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

thresholds as (
    select * from {{ ref('rfm_thresholds') }}
)

select
    goodness.person_id,
    goodness.period_end,
    goodness.factor,
    goodness.score,
    count(*) as explained_score
from goodness
left join thresholds
    on
        goodness.period_end = thresholds.period_end
        and goodness.factor = thresholds.factor
        and (
            thresholds.lower_bound is null
            or goodness.goodness > thresholds.lower_bound
        )
group by
    goodness.person_id,
    goodness.period_end,
    goodness.factor,
    goodness.score
having count(thresholds.score) <> goodness.score
