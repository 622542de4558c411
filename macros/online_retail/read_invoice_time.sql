{#-
    Reads the InvoiceDate of a published invoice line: a local time, as a timestamp; null
    where it cannot be read. Known ways of writing it:

    - `2010-12-01 08:26:00` (ISO)
    - `12/1/2010 8:26`, month first, the year in two or four digits (the published CSV)
    - `40513.351388888885`, days since 1899-12-30 (how a spreadsheet holds it)

    Arguments: text, an SQL string, trimmed.
-#}
{%- macro read_invoice_time(text) -%}
    {%- set date_part = "split_part(" ~ text ~ ", ' ', 1)" -%}
    {%- set year = "split_part(" ~ date_part ~ ", '/', 3)" -%}
    {%- set days_to_1970 = 25569 -%}
    {%- set minutes = "round(try_cast(" ~ text ~ " as double) * 24 * 60)" -%}
    case
        when {{ matches_fully(
            text, '[0-9]{1,2}/[0-9]{1,2}/([0-9]{2}|[0-9]{4})( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?'
        ) }} then try_cast(
            concat(
                case when length({{ year }}) = 2 then '20' else '' end,
                {{ year }}, '-',
                split_part({{ date_part }}, '/', 1), '-',
                split_part({{ date_part }}, '/', 2), ' ',
                coalesce(nullif(split_part({{ text }}, ' ', 2), ''), '0:00'),
                case when {{ text }} like '%:%:%' then '' else ':00' end
            ) as timestamp
        )
        when {{ matches_fully(text, '[0-9]{5}([.][0-9]+)?') }}
            then {{ start_of_step(minutes, 1, -days_to_1970 * 24 * 60) }}
        when {{ matches_fully(text, '[0-9]+[-/][0-9]+[-/].+') }}
            then try_cast({{ text }} as timestamp)
    end
{%- endmacro -%}
