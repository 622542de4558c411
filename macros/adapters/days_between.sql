{#-
    Days from one date to another, an integer; negative where the other is earlier.
    Arguments: earlier, later: SQL dates.
-#}
{%- macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between')(earlier, later)) }}
{%- endmacro -%}

{%- macro duckdb__days_between(earlier, later) -%}
    cast({{ later }} - {{ earlier }} as integer)
{%- endmacro -%}

{%- macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro -%}
