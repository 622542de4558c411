{#-
    A number as people read it: a share as a percentage with one decimal, such as 80.5%,
    persons as a whole number, neither of them below 0. The decimal mark is an argument.
    Arguments: value, unit: SQL expressions; decimal_mark, text.
-#}
{%- macro number_in_words(value, unit, decimal_mark) -%}
    {%- set tenths = 'cast(round(' ~ value ~ ' * 1000) as bigint)' -%}
    case
        when {{ unit }} = 'persons' then cast(cast(round({{ value }}) as bigint) as string)
        else
            cast(cast(floor({{ tenths }} / 10) as bigint) as string)
            || '{{ decimal_mark }}' || cast({{ tenths }} % 10 as string) || '%'
    end
{%- endmacro -%}
