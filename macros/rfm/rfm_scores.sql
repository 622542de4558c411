{#-
    The three scores of a person at a period end, and the scores to look the grid up
    with: score = 1 + number of cut points strictly below the goodness. A factor that var
    rfm_factors leaves out is scored all the same, but the grid is read at its middle level.
    Arguments: person_values, cuts: names of relations with the columns of
    int_rfm__values and int_rfm__cuts_by_period.
-#}
{%- macro rfm_scores(person_values, cuts) -%}
    {%- for factor, value in rfm_goodness(person_values).items() -%}
        {%- set score -%}
        1
        {%- for cut in range(1, 5) %}
        + case
            when cast({{ value }} as double) > {{ cuts }}.{{ factor }}_cut_{{ cut }} then 1
            else 0
        end
        {%- endfor -%}
        {%- endset -%}
        {{ score }} as {{ factor }}_score,
        {% if factor in items_of('rfm_factors') -%}
            {{ score }}
        {%- else -%}
            cast(floor(({{ cuts }}.{{ factor }}_levels + 1) / 2) as integer)
        {%- endif %} as {{ factor }}_grid_score{{ ',' if not loop.last }}
        {% endfor -%}
{%- endmacro -%}


{#-
    The cell of three scores as text, such as 545; a factor that var rfm_factors leaves
    out shows as `-`.
    Arguments: scores, the name of a relation with the three scores.
-#}
{%- macro rfm_cell(scores) -%}
    {%- set parts = [] -%}
    {%- for factor in ['recency', 'frequency', 'monetary'] -%}
        {%- do parts.append(
            'cast(' ~ scores ~ '.' ~ factor ~ '_score as string)'
            if factor in items_of('rfm_factors') else "'-'") -%}
    {%- endfor -%}
    {{ parts | join(' || ') }}
{%- endmacro -%}
