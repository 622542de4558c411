with cut_points as (
    select * from {{ ref('int_rfm__cut_points') }}
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
    factor,
    method,
    cast(score as integer) as score,
    lower_bound,
    is_provisional,
    period_end
from bounds_by_score
where score <= levels and has_cuts
