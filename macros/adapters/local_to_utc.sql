{#-
    The instant, in UTC, at which a clock in a time zone shows a local time.
    Arguments: local_time, an SQL expression of type timestamp; zone, an IANA name.
-#}
{%- macro local_to_utc(local_time, zone) -%}
    {{ return(adapter.dispatch('local_to_utc')(local_time, zone)) }}
{%- endmacro -%}

{%- macro duckdb__local_to_utc(local_time, zone) -%}
    (({{ local_time }}) at time zone '{{ zone }}') at time zone 'UTC'
{%- endmacro -%}

{%- macro spark__local_to_utc(local_time, zone) -%}
    to_utc_timestamp({{ local_time }}, '{{ zone }}')
{%- endmacro -%}
