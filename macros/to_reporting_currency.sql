{#-
    An amount in var reporting_currency, rounded to four decimals, decimal(18, 4); null
    where it is too large: staging quarantines it then. Rounding is three times as fast as
    a cast that rounds, and what is in the reporting currency is not multiplied by 1.
    Arguments: amount, an SQL decimal in the order's currency; rate, an SQL number, units
    of the reporting currency for one of the order's.
-#}
{%- macro to_reporting_currency(amount, rate) -%}
    {%- set rounded = 'round(' ~ amount ~ ', 4)' -%}
    {%- set given = 'try_cast(' ~ rounded ~ ' as decimal(18, 4))' -%}
    case
        when {{ rate }} = 1 then {{ not_too_large(rounded) }}
        else {{ not_too_large(
            'round(cast(' ~ given ~ ' as decimal(19, 4)) * ' ~ rate ~ ', 4)'
        ) }}
    end
{%- endmacro -%}


{#-
    An amount, decimal(18, 4); null where it has more than twelve digits before the point:
    a hundred of the largest still add up to an amount.
    Arguments: amount, an SQL decimal.
-#}
{%- macro not_too_large(amount) -%}
    cast(try_cast({{ amount }} as decimal(16, 4)) as decimal(18, 4))
{%- endmacro -%}


{#-
    The amount of an order in var reporting_currency, decimal(18, 4): its total, or else
    the sum of its items; null where it is too large. The common case, a total in the
    reporting currency, is not rounded, which is many times as fast.
    Arguments: total_amount, items_amount: SQL decimals; rate, see to_reporting_currency.
-#}
{%- macro order_value(total_amount, items_amount, rate) -%}
    case
        when {{ rate }} = 1 and {{ total_amount }} is not null
            then {{ not_too_large(total_amount) }}
        else {{ to_reporting_currency(
            'coalesce(' ~ total_amount ~ ', ' ~ items_amount ~ ')', rate
        ) }}
    end
{%- endmacro -%}


{#-
    What a line of an order comes to, before its discount, to eight decimals and wide enough
    for any quantity at any price.
    Arguments: quantity, unit_price: SQL decimals(18, 4).

    Both that and a rate of eight decimals times decimal(19, 4) is exact: of more digits
    Spark would take decimals away, of fewer DuckDB would not widen the result.
-#}
{%- macro line_value(quantity, unit_price) -%}
    cast({{ quantity }} as decimal(19, 4)) * {{ unit_price }}
{%- endmacro -%}
