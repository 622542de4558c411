{#-
    Makes every <table>.parquet or <table>.csv of the folder in var raw_data a view of
    schema `raw`, and the file in var online_retail_path a view of its own; nothing is
    copied. Views of an earlier run whose file is gone are dropped. Called on run start; the
    docs are of what stands there.
-#}
{%- macro attach_raw_data() -%}
    {%- if execute and invocation_args_dict.get('which') != 'generate' -%}
        {{ return(adapter.dispatch('attach_raw_data')()) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro duckdb__attach_raw_data() -%}
    {%- if var('raw_data') and 'shop' in var('source_systems') -%}
        {%- do run_query('create schema if not exists raw') -%}
        {%- do check_raw_schema() -%}
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
    {%- set path = text_literal(file) -%}
    {%- if file.lower().endswith('.parquet') -%}
        {%- set reader = parquet_reader(file) -%}
    {%- elif file.lower().endswith('.xlsx') -%}
        {%- set reader = 'read_xlsx(' ~ path ~ ', all_varchar = true)' -%}
    {%- else -%}
        {%- set reader = 'read_csv(' ~ path ~ ", header = true, all_varchar = true, "
            ~ "quote = '\"', escape = '\"', skip = 0, comment = '')" -%}
    {%- endif -%}
    {{ log('Reading ' ~ schema ~ '.' ~ table ~ ' from ' ~ file, info=true) }}
    {%- set statement = 'create or replace view ' ~ schema ~ '.' ~ adapter.quote(table)
        ~ ' as select * from ' ~ reader -%}
    {%- if file.lower().endswith('.csv') -%}
        {%- do try_or_compiler_error(
            'Table `' ~ table ~ '` cannot be read: nobody can tell where the fields of `'
            ~ file ~ '` end. Either its lines end in two ways, in CRLF and in LF, or one '
            ~ 'near its top has more or fewer fields than the header. Put it right: a '
            ~ 'text that holds the delimiter or a line break stands in double quotes, and '
            ~ 'a double quote in it is written twice.', run_query, statement) -%}
    {%- else -%}
        {%- do run_query(statement) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Stops the run where the files of var raw_data would take the place of another shop's:
    of tables or views that somebody else made in schema `raw`, or, where the var was
    forgotten, the demo's of those of the last run. Takes no arguments.
-#}
{%- macro check_raw_schema() -%}
    {%- set demo = 'seeds/demo' -%}
    {%- set own = [] -%}
    {%- set moved = [] -%}
    {%- for row in run_query(
        "select table_name as name, null as file from duckdb_tables()
        where schema_name = 'raw' union all
        select view_name, replace(nullif(regexp_extract(sql,
            '^CREATE VIEW raw[.][a-z_]+ AS SELECT [*] FROM read_[a-z]+[(]''(.+/'
                || view_name || '[.](csv|parquet))''(, .*)?[)];?$', 1), ''), '''''', '''')
        from duckdb_views() where schema_name = 'raw' order by name").rows
        if row[0] in graph.sources.values() | selectattr('source_name', 'equalto', 'raw')
            | map(attribute='name') -%}
        {%- if row[1] is none -%}
            {%- do own.append(row[0]) -%}
        {%- elif var('raw_data') == demo
            and '/' ~ demo ~ '/' not in '/' ~ row[1] -%}
            {%- do moved.append(row[1]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if own -%}
        {{ exceptions.raise_compiler_error(
            'Schema `raw` of the database has tables or views of its own, ' ~ own | join(', ')
            ~ ', and var raw_data is the folder `' ~ var('raw_data') ~ '`. To read the '
            ~ "schema, say --vars '{raw_data: \"\"}'; to read the folder, drop them first. "
            ~ 'Nothing has been built.') }}
    {%- elif moved -%}
        {{ exceptions.raise_compiler_error(
            'The last run read `' ~ moved[0] ~ '`, and var raw_data is the demo shop now, '
            ~ 'which would take the place of yours. Say where your data is, with --vars '
            ~ "'{raw_data: ...}' or in dbt_project.yml, or build the demo into a file of "
            ~ 'its own: SEGMENTATION_DB=demo.duckdb. Nothing has been built.') }}
    {%- endif -%}
{%- endmacro -%}


{#-
    Whether the raw contract has a table of that name; says so where it has not.
    Arguments: table, a name.
-#}
{%- macro raw_table_is_known(table) -%}
    {%- for node in graph.sources.values()
        if node.source_name == 'raw' and node.name == table -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ log('Not a table of the raw contract, left alone: ' ~ table, info=true) }}
    {{ return(false) }}
{%- endmacro -%}
