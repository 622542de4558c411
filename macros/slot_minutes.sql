{#-
    Length in minutes of the slots into which web events are folded: half an hour, or
    less, so that it divides the hour and var session_minutes. Two events of one slot are
    then always less than session_minutes apart. What is no number is left to
    validate_vars, which has its say after the project is parsed.
-#}
{%- macro slot_minutes() -%}
    {%- set found = namespace(minutes=1) -%}
    {%- for minutes in [2, 3, 5, 6, 10, 15, 30]
        if var('session_minutes') is integer and var('session_minutes') % minutes == 0 -%}
        {%- set found.minutes = minutes -%}
    {%- endfor -%}
    {{ return(found.minutes) }}
{%- endmacro -%}


{#-
    Minutes by which slots begin after the full half hours of UTC, so that they begin at
    full half hours of local time: in Nepal, which is 5:45 ahead, 15.
-#}
{%- macro slot_shift_minutes() -%}
    {%- set timezone = time_zone(var('reporting_timezone')) -%}
    {%- set offset = timezone.utcoffset(modules.datetime.datetime(2024, 1, 1, 12)) -%}
    {{ return((-offset.total_seconds() / 60) | int % slot_minutes()) }}
{%- endmacro -%}
