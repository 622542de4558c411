{#-
    Reads a text as a date, null where it is none.
    Arguments: value, an SQL string.
-#}
{%- macro read_date(value) -%}
    {{ return(adapter.dispatch('read_date')(value)) }}
{%- endmacro -%}

{%- macro duckdb__read_date(value) -%}
    try_cast({{ value }} as date)
{%- endmacro -%}

{#- There a year or a month alone is its first day, and a slash is not read. -#}
{%- macro spark__read_date(value) -%}
    case when {{ value }} rlike '^[0-9]+[-/][0-9]+[-/]'
        then try_cast(replace({{ value }}, '/', '-') as date) end
{%- endmacro -%}
