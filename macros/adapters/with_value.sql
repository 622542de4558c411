{#-
    An expression that uses a value by a name, so that the value is written, and
    computed, only once.
    Arguments: value, an SQL expression; name, a new name for it; result, the SQL
    expression that uses the name.
-#}
{%- macro with_value(value, name, result) -%}
    {{ return(adapter.dispatch('with_value')(value, name, result)) }}
{%- endmacro -%}

{%- macro duckdb__with_value(value, name, result) -%}
    list_extract(list_transform([{{ value }}], lambda {{ name }}: {{ result }}), 1)
{%- endmacro -%}

{%- macro spark__with_value(value, name, result) -%}
    get(transform(array({{ value }}), {{ name }} -> {{ result }}), 0)
{%- endmacro -%}
