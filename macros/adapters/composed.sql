{#-
    A text in composed Unicode, in which letters that look alike are alike: `đã` may be
    written as two letters and a mark, as files from a Mac often are. Spark has no function
    for it; there a text stays as it was written.
    Arguments: text, an SQL string.
-#}
{%- macro composed(text) -%}
    {{ return(adapter.dispatch('composed')(text)) }}
{%- endmacro -%}

{%- macro duckdb__composed(text) -%}
    nfc_normalize({{ text }})
{%- endmacro -%}

{%- macro spark__composed(text) -%}
    {{ text }}
{%- endmacro -%}
