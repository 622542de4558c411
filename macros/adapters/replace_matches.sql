{#-
    A text with every match of a regular expression replaced.
    Arguments: value, an SQL string; pattern, a regular expression without backslashes;
    replacement, in which {1} to {9} stand for what the groups matched, {0} for all of it.
-#}
{%- macro replace_matches(value, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_matches')(value, pattern, replacement)) }}
{%- endmacro -%}

{%- macro duckdb__replace_matches(value, pattern, replacement) -%}
    {%- set written = modules.re.sub('[{]([0-9])[}]', '\\\\\\1', replacement) -%}
    regexp_replace({{ value }}, '{{ pattern }}', '{{ written }}', 'g')
{%- endmacro -%}

{%- macro spark__replace_matches(value, pattern, replacement) -%}
    {%- set written = modules.re.sub('[{]([0-9])[}]', '$\\1', replacement) -%}
    regexp_replace({{ value }}, '{{ pattern }}', '{{ written }}')
{%- endmacro -%}
