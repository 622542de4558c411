{#-
    Makes every <table>.parquet or <table>.csv of the folder in var raw_data a view of
    schema `raw`, and the file in var online_retail_path a view of its own; nothing is
    copied. Views of an earlier run whose file is gone are dropped. Called on run start.
-#}
{%- macro attach_raw_data() -%}
    {%- if execute -%}
        {{ return(adapter.dispatch('attach_raw_data')()) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro duckdb__attach_raw_data() -%}
    {%- if var('raw_data') and 'shop' in var('source_systems') -%}
        {%- do run_query('create schema if not exists raw') -%}
        {%- set files = raw_files() -%}
        {%- do warn_of_unread_files(files) -%}
        {%- for row in run_query(
            "select view_name from duckdb_views() where schema_name = 'raw'
            and (sql ilike '%read_parquet(%' or sql ilike '%read_csv(%')").rows
            if row[0] not in files -%}
            {%- do run_query('drop view raw.' ~ adapter.quote(row[0])) -%}
        {%- endfor -%}
        {%- for table, file in files.items() if raw_table_is_known(table) -%}
            {%- do check_raw_file(table, file) -%}
            {%- do create_file_view('raw', table, file) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if 'online_retail' in var('source_systems') and var('online_retail_path') -%}
        {%- do run_query('create schema if not exists raw_online_retail') -%}
        {%- if var('online_retail_path').lower().endswith('.csv') -%}
            {%- do check_text_file('invoice_lines', var('online_retail_path')) -%}
        {%- endif -%}
        {%- do create_file_view(
            'raw_online_retail', 'invoice_lines', var('online_retail_path')) -%}
    {%- endif -%}
{%- endmacro -%}


{#- There the catalog knows the raw tables: a folder would have to lie on every worker. -#}
{%- macro spark__attach_raw_data() -%}
    {%- for name in ['raw_data', 'online_retail_path'] if var(name) -%}
        {{ exceptions.raise_compiler_error(
            'Var ' ~ name ~ ' is `' ~ var(name) ~ '`, but on Spark no files are attached: '
            ~ "set it to '' and register the raw tables in schema `raw` (of Online Retail "
            ~ '`raw_online_retail.invoice_lines`), with text columns for what was CSV.') }}
    {%- endfor -%}
{%- endmacro -%}


{#-
    A view over one file. Text formats are read as text: staging decides what can be
    understood, so that a bad value costs its row and not the run. Nothing is a comment:
    the engine would guess so of lines that begin with #, and there are order numbers
    that do.
    Arguments: schema, table: the view's; file: path of a .parquet, .csv or .xlsx.
-#}
{%- macro create_file_view(schema, table, file) -%}
    {%- set path = "'" ~ file | replace("'", "''") ~ "'" -%}
    {%- if file.lower().endswith('.parquet') -%}
        {%- set reader = parquet_reader(file) -%}
    {%- elif file.lower().endswith('.xlsx') -%}
        {%- set reader = 'read_xlsx(' ~ path ~ ', all_varchar = true)' -%}
    {%- else -%}
        {%- set reader = 'read_csv(' ~ path ~ ", header = true, all_varchar = true, "
            ~ "quote = '\"', escape = '\"', skip = 0, comment = '')" -%}
    {%- endif -%}
    {{ log('Reading ' ~ schema ~ '.' ~ table ~ ' from ' ~ file, info=true) }}
    {%- do run_query(
        'create or replace view ' ~ schema ~ '.' ~ adapter.quote(table)
        ~ ' as select * from ' ~ reader) -%}
{%- endmacro -%}


{#- Whether the raw contract has a table of that name; says so where it has not. -#}
{%- macro raw_table_is_known(table) -%}
    {%- for node in graph.sources.values()
        if node.source_name == 'raw' and node.name == table -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ log('Not a table of the raw contract, left alone: ' ~ table, info=true) }}
    {{ return(false) }}
{%- endmacro -%}
