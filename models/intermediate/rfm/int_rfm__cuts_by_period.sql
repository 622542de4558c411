{%- set cut_columns = [] %}
{%- for factor in ['recency', 'frequency', 'monetary'] %}
{%- do cut_columns.append(factor ~ '_levels') %}
{%- for cut in range(1, 5) %}
{%- do cut_columns.append(factor ~ '_cut_' ~ cut) %}
{%- endfor %}
{%- endfor %}
with cut_points as (
    select * from {{ ref('int_rfm__cut_points') }}
),

side_by_side as (
    select
        period_number,
        {%- for factor in ['recency', 'frequency', 'monetary'] %}
        max(case when factor = '{{ factor }}' then levels end) as {{ factor }}_levels,
        {%- for cut in range(1, 5) %}
        max(case when factor = '{{ factor }}' then cut_{{ cut }} end)
            as {{ factor }}_cut_{{ cut }},
        {%- endfor %}
        {%- endfor %}
        bool_or(cut_1 is not null) as has_cuts,
        is_provisional,
        period_end
    from cut_points
    group by period_number, is_provisional, period_end
)

select
    *,
    cast({{ hash_of(
        ['period_number', 'is_provisional', 'has_cuts'] + cut_columns
    ) }} as decimal(20, 0)) as cuts_fingerprint
from side_by_side
