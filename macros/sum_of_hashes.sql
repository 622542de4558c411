{#-
    The sum of the hashes of some rows, in an aggregation: neither the order of the rows
    can hide a change of it, nor that two of them are equal.
    Arguments: columns, SQL, what of each row counts.
-#}
{%- macro sum_of_hashes(columns) -%}
    cast(sum(cast({{ hash_of(columns) }} as decimal(20, 0))) as decimal(38, 0))
{%- endmacro -%}
