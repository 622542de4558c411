{#-
    The business date of an instant: its date in var reporting_timezone.
    Arguments: instant, an SQL expression of type timestamp, in UTC.
-#}
{%- macro to_business_date(instant) -%}
    cast({{ to_local_time(instant) }} as date)
{%- endmacro -%}


{#-
    The time that a clock in var reporting_timezone shows at an instant.
    Arguments: instant, an SQL expression of type timestamp, in UTC.

    Most zones of the design's users never change their clocks, and adding a constant
    is eight times as fast as asking the engine's time zone database.
-#}
{%- macro to_local_time(instant) -%}
    {%- set offset = fixed_utc_offset_minutes(var('reporting_timezone')) -%}
    {%- if offset is none -%}
        {{ from_utc(instant, var('reporting_timezone')) }}
    {%- else -%}
        {{ instant }} + interval '{{ offset }}' minute
    {%- endif -%}
{%- endmacro -%}


{#-
    The instant, in UTC, at which a business date begins, if its clocks do not skip it.
    Arguments: business_date, an SQL date.

    The offset is the one that to_local_time adds, so that a date read as an instant is that
    date again in years, too, in which the zone's clocks still went otherwise: Saigon was
    eight hours ahead in 1970, which some systems write where they know no date.
-#}
{%- macro start_of_business_date(business_date) -%}
    {%- set offset = fixed_utc_offset_minutes(var('reporting_timezone')) -%}
    {%- set midnight = 'try_cast(' ~ business_date ~ ' as timestamp)' -%}
    {%- if offset is none -%}
        {{ local_to_utc(midnight, var('reporting_timezone')) }}
    {%- else -%}
        {{ midnight }} - interval '{{ offset }}' minute
    {%- endif -%}
{%- endmacro -%}


{#-
    Minutes that a time zone is ahead of UTC, or none if it changed its clocks in any
    month from 2000 to 2037. It is asked at noon: some clocks skip midnight.
    Arguments: zone, an IANA name.
-#}
{%- macro fixed_utc_offset_minutes(zone) -%}
    {%- set timezone = time_zone(zone) -%}
    {%- set offsets = [] -%}
    {%- for month in range(38 * 12) -%}
        {%- set offset = timezone.utcoffset(
            modules.datetime.datetime(2000 + month // 12, 1 + month % 12, 1, 12)
        ) -%}
        {%- if offset not in offsets -%}{%- do offsets.append(offset) -%}{%- endif -%}
    {%- endfor -%}
    {%- if offsets | length == 1 -%}
        {{ return((offsets[0].total_seconds() / 60) | int) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro -%}
