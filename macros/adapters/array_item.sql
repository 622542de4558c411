{#-
    An item of an array by its position; null where there is none.
    Arguments: array, an SQL array; position, from 1.
-#}
{%- macro array_item(array, position) -%}
    {{ return(adapter.dispatch('array_item')(array, position)) }}
{%- endmacro -%}

{%- macro duckdb__array_item(array, position) -%}
    list_extract({{ array }}, {{ position }})
{%- endmacro -%}

{%- macro spark__array_item(array, position) -%}
    get({{ array }}, {{ position }} - 1)
{%- endmacro -%}
