{#-
    A number from 0 to 9,999 out of a text, the same on every engine and in every run:
    the first 8 hexadecimal digits of its MD5, modulo 10,000. Texts fall evenly over the
    numbers (the first 7,296 come up more often by one in 400,000).
    Arguments: text, an SQL string.
-#}
{%- macro bucket_of(text) -%}
    {{ return(adapter.dispatch('bucket_of')(text)) }}
{%- endmacro -%}

{%- macro duckdb__bucket_of(text) -%}
    cast(cast('0x' || substr(md5({{ text }}), 1, 8) as bigint) % 10000 as integer)
{%- endmacro -%}

{%- macro spark__bucket_of(text) -%}
    cast(
        cast(conv(substr(md5({{ text }}), 1, 8), 16, 10) as bigint) % 10000 as integer
    )
{%- endmacro -%}
