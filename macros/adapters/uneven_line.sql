{#-
    What is wrong with the first line of a CSV file that has not as many fields as its
    header, in words; none where all have, or where the file is no CSV.
    Arguments: file, its path, or none.
-#}
{%- macro uneven_line(file) -%}
    {{ return(adapter.dispatch('uneven_line')(file)) }}
{%- endmacro -%}

{%- macro default__uneven_line(file) -%}{{ return(none) }}{%- endmacro -%}

{%- macro duckdb__uneven_line(file) -%}
    {%- if not file or not file.lower().endswith('.csv') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set header = run_query(
        'select line from ' ~ line_reader(file) ~ ' limit 1').rows[0][0] -%}
    {%- do forget_unread_lines() -%}
    {%- set dialect = namespace(delimiter=',') -%}
    {%- for mark in [';', '\t', '|'] if header.count(mark) > header.count(dialect.delimiter) -%}
        {%- set dialect.delimiter = mark -%}
    {%- endfor -%}
    {%- set names = [] -%}
    {%- for _ in range(header.count(dialect.delimiter) + 1) -%}
        {%- do names.append('c' ~ loop.index) -%}
    {%- endfor -%}
    {%- do run_query('select count(*) from ' ~ text_reader(file, names,
        "header = true, delim = '" ~ dialect.delimiter ~ "', quote = '\"', escape = '\"'")) -%}
    {%- set found = run_query(
        "select line, case error_type
            when 'MISSING COLUMNS' then 'fewer fields than the header'
            when 'TOO MANY COLUMNS' then 'more fields than the header'
            when 'UNQUOTED VALUE' then 'a double quote that does not end'
        end as fault
        from unread_lines where fault is not null order by line, fault limit 1").rows -%}
    {%- do forget_unread_lines() -%}
    {{ return('line ' ~ line_of_record(file, found[0][0] | int) ~ ' of `' ~ file
        ~ '` has ' ~ found[0][1] if found else none) }}
{%- endmacro -%}


{#-
    The line on which a record of a CSV file begins: one with a line break in double quotes
    takes several, and the engine counts records. A line begins a record where the double
    quotes above it are even.
    Arguments: file, its path; record, its number, from the header on.
-#}
{%- macro line_of_record(file, record) -%}
    {%- set found = run_query("
        with lines as (
            select
                row_number() over () as line_number,
                coalesce(length(line) - length(replace(line, '\"', '')), 0) as quotes
            from " ~ line_reader(file, 'parallel = false') ~ "
        ),

        begun as (
            select
                line_number,
                sum(quotes) over (order by line_number) - quotes as quotes_above
            from lines
        )

        select line_number from begun where quotes_above % 2 = 0
        order by line_number limit 1 offset " ~ (record - 1)).rows -%}
    {%- do forget_unread_lines() -%}
    {{ return(found[0][0] if found else record) }}
{%- endmacro -%}
