{#-
    In a select list, not inside of another expression: repeats the row for every integer
    from low on, below high.
    Arguments: low, high: SQL integers; high is exclusive.
-#}
{%- macro integers_between(low, high) -%}
    {{ return(adapter.dispatch('integers_between')(low, high)) }}
{%- endmacro -%}

{%- macro duckdb__integers_between(low, high) -%}
    cast(unnest(range({{ low }}, {{ high }})) as integer)
{%- endmacro -%}

{%- macro spark__integers_between(low, high) -%}
    explode(case when {{ low }} < {{ high }}
        then sequence({{ low }}, {{ high }} - 1) else array() end)
{%- endmacro -%}
