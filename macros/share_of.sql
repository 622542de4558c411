{#-
    A part of a whole, to four decimals, half up; null where there is nothing.
    Arguments: part, whole: SQL, counts.
-#}
{%- macro share_of(part, whole) -%}
    cast(
        floor(cast({{ part }} as double) * 10000 / nullif({{ whole }}, 0) + 0.5) / 10000
        as decimal(5, 4)
    )
{%- endmacro -%}
