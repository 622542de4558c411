{#-
    The local time of an instant.
    Arguments: instant, an SQL timestamp in UTC; zone, an IANA name.
-#}
{%- macro from_utc(instant, zone) -%}
    {{ return(adapter.dispatch('from_utc')(instant, zone)) }}
{%- endmacro -%}

{%- macro duckdb__from_utc(instant, zone) -%}
    (({{ instant }}) at time zone 'UTC') at time zone '{{ zone }}'
{%- endmacro -%}

{%- macro spark__from_utc(instant, zone) -%}
    from_utc_timestamp({{ instant }}, '{{ zone }}')
{%- endmacro -%}
