{#-
    A text as an SQL string literal, whatever stands in it.
    Arguments: text, a string.
-#}
{%- macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal')(text)) }}
{%- endmacro -%}

{%- macro duckdb__text_literal(text) -%}
    '{{ text | string | replace("'", "''") }}'
{%- endmacro -%}

{#- There a backslash begins an escape, and two quotes in a row are two literals. -#}
{%- macro spark__text_literal(text) -%}
    '{{ text | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro -%}
