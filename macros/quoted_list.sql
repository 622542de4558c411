{#-
    Texts as an SQL list of literals; a list that matches nothing where there are none.
    Arguments: values, a list of strings.
-#}
{%- macro quoted_list(values) -%}
    {%- for value in values -%}
        {{ text_literal(value) }}{{ ', ' if not loop.last }}
    {%- else -%}
        null
    {%- endfor -%}
{%- endmacro -%}
