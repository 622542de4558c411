{#-
    Day of the week of a date, from 1 for Monday to 7 for Sunday. Engines number the days
    differently, so they are counted from a Monday before all dates that are read.
    Arguments: date, an SQL date from 1800 on.
-#}
{%- macro weekday_number(date) -%}
    {{ days_between("date '1799-12-30'", date) }} % 7 + 1
{%- endmacro -%}
