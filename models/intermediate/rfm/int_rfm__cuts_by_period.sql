with cut_points as (
    select * from {{ ref('int_rfm__cut_points') }}
)

select
    period_number,
    {%- for factor in ['recency', 'frequency', 'monetary'] %}
    max(case when factor = '{{ factor }}' then levels end) as {{ factor }}_levels,
    {%- for cut in range(1, 5) %}
    max(case when factor = '{{ factor }}' then cut_{{ cut }} end)
        as {{ factor }}_cut_{{ cut }},
    {%- endfor %}
    {%- endfor %}
    bool_or(cut_1 is not null) as has_cuts
from cut_points
group by period_number
