{#-
    The cut points that divide values into a number of levels: the smallest values whose
    cumulative share reaches 1/levels, 2/levels, ... (discrete percentiles); an array of
    levels - 1 values, null where there are no values.
    Arguments: value, an SQL number, nulls are left out; levels, an integer from 2.
-#}
{%- macro percentile_cuts(value, levels) -%}
    {{ return(adapter.dispatch('percentile_cuts')(value, levels)) }}
{%- endmacro -%}

{#- A fraction with a finite decimal is written as one: the engine then counts exactly. -#}
{%- macro duckdb__percentile_cuts(value, levels) -%}
    {%- set shares = [] -%}
    {%- for step in range(1, levels) -%}
        {%- do shares.append(
            (step ~ '.0 / ' ~ levels) if levels == 3 else (step / levels) | string) -%}
    {%- endfor -%}
    quantile_disc({{ value }}, [{{ shares | join(', ') }}])
{%- endmacro -%}

{%- macro spark__percentile_cuts(value, levels) -%}
    case when count({{ value }}) > 0 then array(
        {%- for step in range(1, levels) %}
        percentile_disc(cast({{ step }} as double) / {{ levels }})
            within group (order by {{ value }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) end
{%- endmacro -%}
