{#-
    Reads a text as an instant: a timestamp in UTC, null where it is none. A zone or
    offset in the text is honoured, without one it is UTC.
    Arguments: value, an SQL string.
-#}
{%- macro read_timestamp(value) -%}
    {{ return(adapter.dispatch('read_timestamp')(value)) }}
{%- endmacro -%}

{#-
    There a cast to timestamptz takes the zone that one text names for that of the texts
    behind it that name none. So those, which are read much faster, are kept apart.
-#}
{%- macro duckdb__read_timestamp(value) -%}
    case
        when {{ value }} like '%Z' or {{ value }} like '%+%'
            or regexp_matches(substr({{ value }}, 12), '[A-Za-z-]')
            then try_cast({{ value }} as timestamptz) at time zone 'UTC'
        else try_cast({{ value }} as timestamp)
    end
{%- endmacro -%}

{#- There a time without a date is that of today, and an hour needs no minutes. -#}
{%- macro spark__read_timestamp(value) -%}
    case when {{ value }} rlike '^[0-9]+-[0-9]+-[0-9]+[ T][0-9]+:[0-9]'
        then try_cast({{ value }} as timestamp) end
{%- endmacro -%}
