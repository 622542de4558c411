{#-
    The as-of date that var as_of_date asks for, an SQL date: the last one of the data,
    yesterday in var reporting_timezone, or the given one.
    Arguments: last_date, the SQL date of the latest order or web event.
-#}
{%- macro as_of_date(last_date) -%}
    {%- if var('as_of_date') == 'data' -%}
        {{ last_date }}
    {%- elif var('as_of_date') == 'yesterday' -%}
        cast('{{ business_today() }}' as date) - 1
    {%- else -%}
        cast('{{ var("as_of_date") }}' as date)
    {%- endif -%}
{%- endmacro -%}


{#- Today in var reporting_timezone, by the clock at the start of the run: an ISO date. -#}
{%- macro business_today() -%}
    {%- set timezone = time_zone(var('reporting_timezone')) -%}
    {{ return(run_started_at.astimezone(timezone).strftime('%Y-%m-%d')) }}
{%- endmacro -%}
