{#-
    Stops the run where a raw file cannot be read, with the names of its table and file:
    the engine's own message does not always have them, or says what to do about it in
    options that nobody can set here.
    Arguments: table, the table of the raw contract; file, its path.
-#}
{%- macro check_raw_file(table, file) -%}
    {%- if file.lower().endswith('.parquet') -%}
        {%- do try_or_compiler_error(
            'Table `' ~ table ~ '` cannot be read: `' ~ file
            ~ '` is no Parquet file, or it is cut short or damaged. Write it anew.',
            run_query, 'describe select * from ' ~ parquet_reader(file)) -%}
    {%- else -%}
        {%- do check_text_file(table, file, 100000) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Stops the run where a CSV file is not UTF-8, or there is nothing in it, not even a
    header. What it is written in is not guessed: a wrong guess reads wrong names.
    Each run looks at the first lines only, because the models that read the others fail
    over them; then all are looked at.
    Arguments: table, of the file; file, its path; lines, how many are looked at, none for
    all.
-#}
{%- macro check_text_file(table, file, lines=none) -%}
    {%- set filled = run_query(
        "select count(nullif(trim(line), '')) from (select line from "
        ~ line_reader(file) ~ (' limit ' ~ lines if lines else '') ~ ')').rows[0][0] -%}
    {%- set line = run_query('select min(line) from unread_lines'
        ~ " where error_type = 'INVALID ENCODING'").rows[0][0] -%}
    {%- do forget_unread_lines() -%}
    {%- set name = file.split('/') | last -%}
    {%- if line is not none -%}
        {#- Names of columns are ASCII, which Windows-1258 writes as UTF-8 does. -#}
        {%- set encoding = 'UTF-16' if line == 1 else 'WINDOWS-1258' -%}
        {{ exceptions.raise_compiler_error(
            'Table `' ~ table ~ '` cannot be read: `' ~ file ~ '` is not UTF-8 in line '
            ~ line ~ '. In Excel save it as "CSV UTF-8", or convert it from what it is '
            ~ 'written in, such as ' ~ encoding ~ ': iconv -f ' ~ encoding ~ ' -t UTF-8 '
            ~ name ~ ' > new.csv && mv new.csv ' ~ name) }}
    {%- elif not filled -%}
        {{ exceptions.raise_compiler_error(
            'Table `' ~ table ~ '` is empty: `' ~ file ~ '` has not even a header. Write '
            ~ 'its header line, or remove the file.') }}
    {%- endif -%}
{%- endmacro -%}


{#-
    Where a model failed: reads the raw files to their end, of Parquet every column, and
    says which one is damaged or not UTF-8. Called on run end.
    Arguments: results, of the run's nodes.
-#}
{%- macro find_damaged_files(results) -%}
    {%- if execute and var('raw_data') and 'shop' in var('source_systems')
        and results | selectattr('status', 'equalto', 'error') | list -%}
        {{ return(adapter.dispatch('find_damaged_files')(
            'CSV Error' in results | map(attribute='message') | join(' '))) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__find_damaged_files(has_uneven_lines) -%}{%- endmacro -%}

{%- macro duckdb__find_damaged_files(has_uneven_lines) -%}
    {%- for table, file in raw_files().items() if raw_table_is_known(table) -%}
        {%- if file.lower().endswith('.parquet') -%}
            {%- do check_columns_of_file(table, file) -%}
        {%- else -%}
            {%- do check_text_file(table, file) -%}
            {%- set uneven = uneven_line(file) if has_uneven_lines -%}
            {%- if uneven -%}
                {{ exceptions.raise_compiler_error(
                    'Table `' ~ table ~ '` cannot be read: ' ~ uneven ~ '. Put it right: a '
                    ~ 'text that holds the delimiter or a line break stands in double '
                    ~ 'quotes, and a double quote in it is written twice.') }}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}


{#-
    Stops the run where a column of a Parquet file cannot be read to its end.
    Arguments: table, of the file; file, its path.
-#}
{%- macro check_columns_of_file(table, file) -%}
    {%- for row in run_query('describe select * from ' ~ parquet_reader(file)).rows -%}
        {%- do try_or_compiler_error(
            'Table `' ~ table ~ '` cannot be read: column `' ~ row[0]
            ~ '` is damaged in its file `' ~ file ~ '`. Write it anew.',
            run_query, 'select bit_xor(hash(' ~ adapter.quote(row[0])
            ~ ')) as all_values from ' ~ parquet_reader(file)) -%}
    {%- endfor -%}
{%- endmacro -%}


{#- The engine's reader of a Parquet file. Arguments: file, its path. -#}
{%- macro parquet_reader(file) -%}
    read_parquet({{ text_literal(file) }})
{%- endmacro -%}


{#-
    The engine's reader of a text file by lines, one column `line`; see text_reader.
    Arguments: file, its path; more, an option of the engine's.
-#}
{%- macro line_reader(file, more='parallel = true') -%}
    {{ text_reader(file, ['line'], "header = false, delim = chr(1), quote = '', "
        ~ "escape = '', strict_mode = false, " ~ more) }}
{%- endmacro -%}


{#-
    The engine's reader of a text file that stops at no line: what cannot be read stands in
    the temporary tables unread_lines and unread_files afterwards (forget_unread_lines).
    Arguments: file, its path; names, of the columns, all of them text; dialect, the
    engine's options that say how lines are cut.
-#}
{%- macro text_reader(file, names, dialect) -%}
    read_csv(
        {{ text_literal(file) }},
        columns = {{ '{' }}{% for name in names %}'{{ name }}': 'varchar', {% endfor %}{{ '}' }},
        auto_detect = false, {{ dialect }}, comment = '', max_line_size = 10000000,
        store_rejects = true, rejects_table = 'unread_lines',
        rejects_scan = 'unread_files', rejects_limit = 1000
    )
{%- endmacro -%}


{#- Drops the temporary tables that a reader of text files has left. Takes no arguments. -#}
{%- macro forget_unread_lines() -%}
    {%- for table in ['unread_lines', 'unread_files'] -%}
        {%- do run_query('drop table ' ~ table) -%}
    {%- endfor -%}
{%- endmacro -%}
