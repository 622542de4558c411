{#-
    The variance of a sample, with divisor n - 1, out of its number of values, their sum
    and the sum of their squares: exact sums, so that the order of the rows does not
    matter. A double; null for fewer than two values. What doubles make of sums of equal
    values, some 1e-16 of the squares, is no variance.
    Arguments: persons, total, total_of_squares: SQL numbers.
-#}
{%- macro sample_variance(persons, total, total_of_squares) -%}
    {%- set squares = 'cast(' ~ total_of_squares ~ ' as double)' -%}
    {%- set total = 'cast(' ~ total ~ ' as double)' -%}
    {%- set spread = squares ~ ' - ' ~ total ~ ' * ' ~ total ~ ' / ' ~ persons -%}
    case
        when {{ persons }} > 1 and {{ spread }} > 1e-14 * {{ squares }}
            then ({{ spread }}) / ({{ persons }} - 1)
        when {{ persons }} > 1 then 0
    end
{%- endmacro -%}
