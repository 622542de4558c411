{#-
    An amount per order (or per buyer), to four decimals, half up; null without orders.
    Whole numbers are divided, because in a double quotient half of the last digit may be a
    little less.
    Arguments: amount, orders: SQL, a number of at most four decimals and a count.
-#}
{%- macro average_amount(amount, orders) -%}
    cast(
        floor(
            round(cast({{ amount }} as double) * 10000) / nullif({{ orders }}, 0) + 0.5
        ) / 10000 as decimal(18, 4)
    )
{%- endmacro -%}
