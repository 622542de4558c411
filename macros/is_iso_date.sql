{#-
    Whether a value is an ISO date of the calendar.
    Arguments: value, a text or a date of YAML.
-#}
{%- macro is_iso_date(value) -%}
    {%- set parts = modules.re.fullmatch(
        '(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-([0-3][0-9])', value | string) -%}
    {%- if parts -%}
        {%- set first = modules.datetime.date(
            parts.group(1) | int, parts.group(2) | int, 1) -%}
        {%- set day = first + modules.datetime.timedelta(
            days=parts.group(3) | int - 1) -%}
        {{ return(parts.group(3) != '00' and day.month == first.month) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro -%}
