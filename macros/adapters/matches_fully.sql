{#-
    Whether a regular expression matches the whole of a text.
    Arguments: value, an SQL string; pattern, a regular expression without backslashes,
    because engines differ in how they escape those.
-#}
{%- macro matches_fully(value, pattern) -%}
    {{ return(adapter.dispatch('matches_fully')(value, pattern)) }}
{%- endmacro -%}

{%- macro duckdb__matches_fully(value, pattern) -%}
    regexp_full_match({{ value }}, '{{ pattern }}')
{%- endmacro -%}

{%- macro spark__matches_fully(value, pattern) -%}
    {{ value }} rlike '^({{ pattern }})\\z'
{%- endmacro -%}
