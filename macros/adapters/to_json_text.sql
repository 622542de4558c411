{#-
    A row as JSON text, for the eyes of whoever mends it.
    Arguments: values, a dict of the JSON names and SQL expressions.
-#}
{%- macro to_json_text(values) -%}
    {{ return(adapter.dispatch('to_json_text')(values)) }}
{%- endmacro -%}

{%- macro duckdb__to_json_text(values) -%}
    cast(to_json(struct_pack(
        {%- for name, value in values.items() %}
        {{ adapter.quote(name) }} := {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    )) as varchar)
{%- endmacro -%}

{%- macro spark__to_json_text(values) -%}
    to_json(struct(
        {%- for name, value in values.items() %}
        {{ value }} as {{ adapter.quote(name) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ), map('ignoreNullFields', 'false'))
{%- endmacro -%}
