{%- set goodness = rfm_goodness('scored_values') %}
with scored_values as (
    select * from {{ ref('int_rfm__values') }}
),

factors as (
    select * from {{ ref('int_rfm__factors') }}
    where method <> 'fixed'
),

wanted_levels as (
    select
        max(case when factor = 'recency' then levels end) as recency_levels,
        max(case when factor = 'frequency' then levels end) as frequency_levels,
        max(case when factor = 'monetary' then levels end) as monetary_levels
    from factors
),

-- A factor's own number of levels has values; the other aggregates see only nulls.
percentiles as (
    select
        {%- for factor, value in goodness.items() %}
        {%- for levels in range(2, 6) %}
        {{ percentile_cuts(
            'case when wanted_levels.' ~ factor ~ '_levels = ' ~ levels
            ~ ' then cast(' ~ value ~ ' as double) end', levels
        ) }}
            as {{ factor }}_cuts_of_{{ levels }},
        {%- endfor %}
        {%- endfor %}
        scored_values.period_number
    from scored_values
    cross join wanted_levels
    group by scored_values.period_number
),

cut_lists as (
    {%- for factor in goodness %}
    {{ 'union all' if not loop.first }}
    select
        '{{ factor }}' as factor,
        period_number,
        coalesce(
            {{ factor }}_cuts_of_5,
            {{ factor }}_cuts_of_4,
            {{ factor }}_cuts_of_3,
            {{ factor }}_cuts_of_2
        ) as cuts
    from percentiles
    {%- endfor %}
)

select
    factor,
    period_number,
    {{ array_item('cuts', 1) }} as cut_1,
    {{ array_item('cuts', 2) }} as cut_2,
    {{ array_item('cuts', 3) }} as cut_3,
    {{ array_item('cuts', 4) }} as cut_4
from cut_lists
