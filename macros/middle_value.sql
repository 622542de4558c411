{#-
    The median of whole numbers, or of any values exact in a double: the mean of the two
    middle ones, which for an odd number of values are the same. A double; null where
    there are no values. An aggregate.
    Arguments: value, an SQL number, nulls are left out.
-#}
{%- macro middle_value(value) -%}
    (
        percentile_disc(0.5) within group (order by cast({{ value }} as double) asc)
        + percentile_disc(0.5) within group (order by cast({{ value }} as double) desc)
    ) / 2
{%- endmacro -%}
