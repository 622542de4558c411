{#-
    A time zone, as a thing that knows its offsets. A name that is none stops the run; but
    while the project is only parsed UTC stands for it, so that validate_vars has its say
    on run start, and not the first model that asks.
    Arguments: zone, an IANA name, the value of var reporting_timezone.
-#}
{%- macro time_zone(zone) -%}
    {%- if zone | string in modules.pytz.all_timezones_set -%}
        {{ return(modules.pytz.timezone(zone)) }}
    {%- elif not execute -%}
        {{ return(modules.pytz.utc) }}
    {%- endif -%}
    {#- Asia/H of Asia/Hanoi. -#}
    {%- set beginning = modules.re.match('[^/]+/.|', zone | string).group() | lower -%}
    {%- set alike = [] -%}
    {%- for name in modules.pytz.all_timezones
        if beginning and name.lower().startswith(beginning) -%}
        {%- do alike.append(name) -%}
    {%- endfor -%}
    {{ reject_var('reporting_timezone', zone,
        'an IANA time zone, such as Asia/Ho_Chi_Minh or Europe/London'
        ~ ('; names that begin alike: ' ~ alike | join(', ') if alike else '')) }}
{%- endmacro -%}
