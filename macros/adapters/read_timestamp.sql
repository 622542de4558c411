{#-
    Reads a text as an instant: a timestamp in UTC, null where it is none. A zone or
    offset in the text is honoured, without one it is UTC.
    Arguments: value, an SQL string.
-#}
{%- macro read_timestamp(value) -%}
    {{ return(adapter.dispatch('read_timestamp')(value)) }}
{%- endmacro -%}

{%- macro duckdb__read_timestamp(value) -%}
    try_cast({{ value }} as timestamptz) at time zone 'UTC'
{%- endmacro -%}

{%- macro spark__read_timestamp(value) -%}
    try_cast({{ value }} as timestamp)
{%- endmacro -%}
