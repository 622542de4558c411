{#-
    Reads a raw column as the type that the raw contract gives it; null where the value
    is missing or cannot be read.
    Arguments: column, the SQL name; raw_type, the type that it has in the raw table;
    data_type, the contract's: string, timestamp, date, boolean, integer, double or
    decimal(p,s).
-#}
{%- macro read_value(column, raw_type, data_type) -%}
    {%- set is_text = is_text_type(raw_type) -%}
    {%- set text = "nullif(trim(cast(" ~ column ~ " as string)), '')" -%}
    {%- if data_type == 'string' -%}
        {{ read_text(column, raw_type) }}
    {%- elif data_type == 'timestamp' -%}
        {{ if_plausible(read_instant(column, raw_type | lower, text)) }}
    {%- elif data_type == 'date' -%}
        {{ if_plausible(read_date(text) if is_text else 'try_cast(' ~ column ~ ' as date)') }}
    {%- elif data_type == 'integer' -%}
        {{ read_whole_number(read_number(text) if is_text else column) }}
    {%- elif is_text and may_be_grouped(data_type) -%}
        try_cast({{ read_number(text) }} as {{ data_type }})
    {%- elif is_text and data_type == 'boolean' -%}
        {{ read_boolean(text) }}
    {%- elif is_text -%}
        try_cast({{ text }} as {{ data_type }})
    {%- else -%}
        try_cast({{ column }} as {{ data_type }})
    {%- endif -%}
{%- endmacro -%}


{#-
    Reads a raw value as an instant in UTC. A date without a time of day is that business
    date: local midnight in var reporting_timezone. Some systems write a blank before the
    offset, some leave out the seconds.
    Arguments: column, the SQL name; raw_type, its type in lower case; text, the column
    as trimmed text.
-#}
{%- macro read_instant(column, raw_type, text) -%}
    {%- set is_text = is_text_type(raw_type) -%}
    {%- set midnight = start_of_business_date(read_date(text) if is_text else column) -%}
    {%- set unspaced = replace_matches(text, ' ([+-][0-9:]+)$', '{1}') -%}
    {%- if raw_type == 'date' -%}
        {{ midnight }}
    {%- elif is_text -%}
        case when length({{ text }}) <= 10 then {{ midnight }}
        else coalesce(
            {{ read_timestamp(text) }},
            {{ read_timestamp(replace_matches(
                unspaced, '([ T][0-9]{2}:[0-9]{2})([+-][0-9:]+|Z| UTC)$', '{1}:00{2}')) }}
        ) end
    {%- elif 'with time zone' in raw_type -%}
        {{ column }} at time zone 'UTC'
    {%- else -%}
        try_cast({{ column }} as timestamp)
    {%- endif -%}
{%- endmacro -%}


{#-
    A date or timestamp, null where it lies outside of 1800 to 2199: `infinity`, the year
    1 that stands for nothing in some systems, and slips such as 20224 would otherwise
    stretch the calendar to millions of days.
    Arguments: moment, an SQL date or timestamp.
-#}
{%- macro if_plausible(moment) -%}
    case when ({{ moment }}) >= date '1800-01-01' and ({{ moment }}) < date '2200-01-01'
        then {{ moment }} end
{%- endmacro -%}


{#-
    Reads a text as a yes or no, in English or Vietnamese and in any letter case; null
    where it is neither. Vietnamese letters come composed (có) or with their marks behind
    them, as some systems write them.
    Arguments: text, an SQL string, trimmed.
-#}
{%- macro read_boolean(text) -%}
    {%- set yes = ['true', 't', 'yes', 'y', '1', 'on', 'c\u00f3', 'co\u0301'] -%}
    {%- set no = [
        'false', 'f', 'no', 'n', '0', 'off', 'kh\u00f4ng', 'kho\u0302ng',
    ] -%}
    case
        when lower({{ text }}) in ('{{ yes | join("', '") }}') then true
        when lower({{ text }}) in ('{{ no | join("', '") }}') then false
    end
{%- endmacro -%}


{#-
    Reads a text as a number, the way var decimal_mark says. With `auto` both ways of
    writing are tried: 1,234.50 and 1.234,50 can be told apart, 150.000 cannot (see
    is_ambiguous_number) and gives null.
    Arguments: text, an SQL string. Returns text that a cast to a number can read.
-#}
{%- macro read_number(text) -%}
    {%- set point = read_grouped_number(text, ',', '.') -%}
    {%- set comma = read_grouped_number(text, '.', ',') -%}
    {%- if var('decimal_mark') == '.' -%}
        {{ point }}
    {%- elif var('decimal_mark') == ',' -%}
        {{ comma }}
    {%- else -%}
        case when not coalesce({{ is_ambiguous_number(text) }}, false)
            then coalesce({{ point }}, {{ comma }}) end
    {%- endif -%}
{%- endmacro -%}


{#-
    Reads a number as a whole one; null where it has a fraction, which a cast would round
    or cut off. By way of a double, because not every engine reads `1.0` as an integer.
    Arguments: number, an SQL number or what read_number returns.
-#}
{%- macro read_whole_number(number) -%}
    {%- set double = 'try_cast(' ~ number ~ ' as double)' -%}
    case when {{ double }} = try_cast({{ double }} as integer)
        then try_cast({{ double }} as integer) end
{%- endmacro -%}


{#-
    Whether a text can be read as two different numbers, such as 150.000 or 1,234.
    Arguments: text, an SQL string.
-#}
{%- macro is_ambiguous_number(text) -%}
    {%- if var('decimal_mark') == 'auto' -%}
        {{ matches_fully(text, '[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}') }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro -%}


{#-
    One way of writing a number: digits, in groups of three or not, and a fraction.
    Arguments: text, an SQL string; group_mark, what stands between groups; decimal_mark,
    what stands before the fraction.
-#}
{%- macro read_grouped_number(text, group_mark, decimal_mark) -%}
    {%- set pattern = '[+-]?([0-9]+|[1-9][0-9]{0,2}([' ~ group_mark
        ~ '][0-9]{3})+)([' ~ decimal_mark ~ '][0-9]+)?' -%}
    case when {{ matches_fully(text, pattern) }}
        then replace(replace({{ text }}, '{{ group_mark }}', ''), ',', '.') end
{%- endmacro -%}


{#-
    Whether values of a type of the raw contract may be written with group marks: counts
    and amounts. Degrees (double) are not; theirs is always a plain decimal point.
    Arguments: data_type, the contract's.
-#}
{%- macro may_be_grouped(data_type) -%}
    {{ return(data_type == 'integer' or data_type.startswith('decimal')) }}
{%- endmacro -%}


{#- Whether a column of the engine holds text. Arguments: raw_type, its type's name. -#}
{%- macro is_text_type(raw_type) -%}
    {{ return((raw_type | lower).split('(')[0] in ['varchar', 'char', 'string', 'text']) }}
{%- endmacro -%}
