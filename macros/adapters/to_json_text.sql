{#-
    A whole row as JSON text, for the eyes of whoever mends it.
    Arguments: row_alias, the name of the relation or CTE whose row is meant.
-#}
{%- macro to_json_text(row_alias) -%}
    {{ return(adapter.dispatch('to_json_text')(row_alias)) }}
{%- endmacro -%}

{%- macro duckdb__to_json_text(row_alias) -%}
    cast(to_json({{ row_alias }}) as varchar)
{%- endmacro -%}

{%- macro spark__to_json_text(row_alias) -%}
    to_json(struct({{ row_alias }}.*))
{%- endmacro -%}
