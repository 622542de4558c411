{%- set goodness = {
    'recency': '-scored_values.recency_days',
    'frequency': 'scored_values.frequency',
    'monetary': 'scored_values.monetary',
} %}
with scored_values as (
    select * from {{ ref('int_rfm__values') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

factors as (
    select
        factor,
        levels,
        case
            when '{{ var("rfm_method") }}' = 'fixed' then 'fixed'
            when method = 'percentile' then '{{ var("rfm_method") }}'
            else method
        end as method
    from {{ ref('rfm_presets') }}
    where preset = '{{ var("rfm_preset") }}'
),

levels_by_factor as (
    select
        {%- for factor in goodness %}
        max(case when factor = '{{ factor }}' then levels end) as {{ factor }}_levels
        {{- ',' if not loop.last }}
        {%- endfor %}
    from factors
    where method <> 'fixed'
),

-- Only the preset's own number of levels has values, the others cost nothing.
percentiles as (
    select
        scored_values.period_number,
        {%- for factor, value in goodness.items() %}
        {%- for levels in range(2, 6) %}
        {{ percentile_cuts(
            'case when levels_by_factor.' ~ factor ~ '_levels = ' ~ levels
            ~ ' then cast(' ~ value ~ ' as double) end', levels
        ) }} as {{ factor }}_cuts_{{ levels }},
        {%- endfor %}
        {%- endfor %}
        count(*) as persons
    from scored_values
    cross join levels_by_factor
    group by scored_values.period_number
),

percentile_cuts as (
    {%- for factor in goodness %}
    select
        period_number,
        '{{ factor }}' as factor,
        {%- for cut in range(1, 5) %}
        coalesce(
            {%- for levels in range([cut + 1, 2] | max, 6) %}
            {{ array_item(factor ~ '_cuts_' ~ levels, cut) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as cut_{{ cut }}{{ ',' if not loop.last }}
        {%- endfor %}
    from percentiles
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

fixed_cuts as (
    select
        factor,
        {%- for cut in range(1, 5) %}
        max(case when score = {{ cut + 1 }} then cast(lower_bound as double) end)
            as cut_{{ cut }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('rfm_fixed_thresholds') }}
    where preset = '{{ var("rfm_preset") }}'
    group by factor
),

frozen_period as (
    select period_number
    from periods
    where period_end = cast(nullif('{{ var("rfm_frozen_at") }}', '') as date)
)

select
    periods.period_number,
    periods.period_end,
    factors.factor,
    factors.method,
    cast(factors.levels as integer) as levels,
    {%- for cut in range(1, 5) %}
    coalesce(percentile_cuts.cut_{{ cut }}, fixed_cuts.cut_{{ cut }}) as cut_{{ cut }},
    {%- endfor %}
    periods.is_provisional
from periods
cross join factors
left join frozen_period on factors.method = 'frozen'
left join percentile_cuts
    on
        factors.factor = percentile_cuts.factor
        and factors.method <> 'fixed'
        and coalesce(frozen_period.period_number, periods.period_number)
        = percentile_cuts.period_number
left join fixed_cuts
    on
        factors.factor = fixed_cuts.factor
        and factors.method = 'fixed'
