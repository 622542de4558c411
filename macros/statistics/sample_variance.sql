{#-
    The variance of a sample, with divisor n - 1, out of its number of values, their sum
    and the sum of their squares: exact sums, so that the order of the rows does not
    matter. A double; null for fewer than two values.
    Arguments: persons, total, total_of_squares: SQL numbers.
-#}
{%- macro sample_variance(persons, total, total_of_squares) -%}
    greatest(
        (
            cast({{ total_of_squares }} as double)
            - cast({{ total }} as double) * cast({{ total }} as double)
            / nullif({{ persons }}, 0)
        ) / nullif({{ persons }} - 1, 0),
        case when {{ persons }} > 1 then 0 end
    )
{%- endmacro -%}
