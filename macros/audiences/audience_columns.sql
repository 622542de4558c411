{#-
    Columns of the scan of persons, each with a comma after it: the part of each audience
    that is split, and the words whose bits say which audiences a person fits.
    Arguments: audiences, of compile_audiences.
-#}
{%- macro audience_columns(audiences) -%}
    {%- for audience in audiences if audience.part %}
        cast({{ audience.part }} as string) as part_of_{{ audience.audience }},
    {%- endfor %}
    {%- for word, audiences_of_word in audiences | groupby('word') %}
        cast(
            {%- for audience in audiences_of_word %}
            case when {{ audience.condition }} then {{ audience.bit }} else 0 end
            {{- ' +' if not loop.last }}
            {%- endfor %}
            as bigint
        ) as word_{{ word }},
    {%- else %}
        cast(0 as bigint) as word_0,
    {%- endfor %}
{%- endmacro -%}
