with cut_points as (
    select * from {{ ref('int_rfm__cut_points') }}
),

effective as (
    select * from {{ ref('int_rules__effective') }}
),

bounds_by_score as (
    {%- for score in range(1, 6) %}
    select
        period_end,
        factor,
        method,
        is_provisional,
        levels,
        {{ score }} as score,
        {{ 'cut_' ~ (score - 1) if score > 1 else 'cast(null as double)' }}
            as lower_bound,
        cut_1 is not null as has_cuts
    from cut_points
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    bounds_by_score.factor,
    bounds_by_score.method,
    cast(bounds_by_score.score as integer) as score,
    bounds_by_score.lower_bound,
    bounds_by_score.is_provisional,
    bounds_by_score.period_end
from bounds_by_score
cross join effective
where
    bounds_by_score.score <= bounds_by_score.levels
    and bounds_by_score.has_cuts
    and (
        effective.effective_on is null
        or bounds_by_score.period_end >= effective.effective_on
    )
union all
-- Of period ends before the rules changed: as they were told.
select
    recorded.factor,
    recorded.method,
    recorded.score,
    recorded.lower_bound,
    recorded.is_provisional,
    recorded.period_end
from {{ ref('int_rules__recorded_thresholds') }} as recorded
inner join effective on recorded.period_end < effective.effective_on
where not recorded.is_provisional
