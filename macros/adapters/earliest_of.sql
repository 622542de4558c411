{#-
    An aggregate: the value of the earliest row, the smallest of several at one instant;
    null where no row has an instant.
    Arguments: value, an SQL expression; instant, an SQL timestamp.
-#}
{%- macro earliest_of(value, instant) -%}
    {{ return(adapter.dispatch('earliest_of')(value, instant)) }}
{%- endmacro -%}

{%- macro duckdb__earliest_of(value, instant) -%}
    arg_min({{ value }}, row({{ instant }}, {{ value }}))
{%- endmacro -%}

{%- macro spark__earliest_of(value, instant) -%}
    min_by({{ value }}, struct({{ instant }}, {{ value }}))
{%- endmacro -%}
