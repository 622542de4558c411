{#-
    A double as text; a whole number of up to 15 digits without an exponent.
    Arguments: number, an SQL double.
-#}
{%- macro text_of_double(number) -%}
    {{ return(adapter.dispatch('text_of_double')(number)) }}
{%- endmacro -%}

{%- macro duckdb__text_of_double(number) -%}
    cast({{ number }} as string)
{%- endmacro -%}

{#- There 10000001.0 is written as 1.0000001E7. -#}
{%- macro spark__text_of_double(number) -%}
    case when {{ number }} = floor({{ number }}) and abs({{ number }}) < 1e15
        then cast(cast({{ number }} as bigint) as string)
        else cast({{ number }} as string) end
{%- endmacro -%}
