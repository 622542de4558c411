{#-
    An amount in var reporting_currency, rounded to four decimals, decimal(18, 4); null
    where it does not fit: staging quarantines it then.
    Arguments: amount, an SQL decimal in the order's currency; rate, an SQL number, units
    of the reporting currency for one of the order's.
-#}
{%- macro to_reporting_currency(amount, rate) -%}
    case
        when {{ rate }} = 1 then try_cast({{ amount }} as decimal(18, 4))
        else try_cast(
            round(
                cast(try_cast({{ amount }} as decimal(18, 4)) as decimal(28, 4))
                * {{ rate }}, 4
            ) as decimal(18, 4)
        )
    end
{%- endmacro -%}


{#-
    What a line of an order comes to, before its discount: decimal(36, 8), wide enough
    for any quantity at any price.
    Arguments: quantity, unit_price: SQL decimals.
-#}
{%- macro line_value(quantity, unit_price) -%}
    cast({{ quantity }} as decimal(28, 4)) * {{ unit_price }}
{%- endmacro -%}
