{#-
    A text whose {names} in braces are replaced by values; a name whose value is null
    is left out.
    Arguments: text, an SQL string; values, SQL strings by name.
-#}
{%- macro filled_in(text, values) -%}
    {%- set filled = namespace(text=text) -%}
    {%- for name, value in values.items() -%}
        {%- set filled.text -%}
            replace({{ filled.text }}, '{{ '{' ~ name ~ '}' }}', coalesce({{ value }}, ''))
        {%- endset -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro -%}
