{#-
    The files of the folder in var raw_data, by the table that they hold: every
    <table>.parquet and <table>.csv. Stops where a table is there twice.
-#}
{%- macro raw_files() -%}
    {%- set files = {} -%}
    {%- for row in run_query(
        "select file from glob('" ~ raw_folder() ~ "/*.parquet')
        union all select file from glob('" ~ raw_folder() ~ "/*.csv') order by file").rows -%}
        {%- set table = (row[0].split('/') | last).rsplit('.', 1)[0] -%}
        {%- if table in files -%}
            {{ exceptions.raise_compiler_error(
                'Table `' ~ table ~ '` is there twice: ' ~ files[table] ~ ' and '
                ~ row[0] ~ '. Keep one of them.') }}
        {%- endif -%}
        {%- do files.update({table: row[0]}) -%}
    {%- endfor -%}
    {{ return(files) }}
{%- endmacro -%}


{#-
    The folder in var raw_data as the engine's glob takes it: brackets and stars in its name
    are no wildcards. Takes no arguments.
-#}
{%- macro raw_folder() -%}
    {{ return(modules.re.sub('([*?[])', '[\\1]',
        (var('raw_data') | string).rstrip('/')) | replace("'", "''")) }}
{%- endmacro -%}


{#-
    Warns of files that have the name of a table of the raw contract, but for its letter case
    or suffix, such as Customers.csv, customers.csv.gz or customers.xlsx, if the table is in
    no file that is read: a table that is not there counts as empty.
    Arguments: files, see raw_files.
-#}
{%- macro warn_of_unread_files(files) -%}
    {%- set tables = graph.sources.values() | selectattr('source_name', 'equalto', 'raw')
        | map(attribute='name') | list -%}
    {%- for row in run_query(
        "select file from glob('" ~ raw_folder() ~ "/*') order by file").rows -%}
        {%- set table = (row[0].split('/') | last).split('.')[0].lower() -%}
        {%- if table in tables and table not in files -%}
            {%- do exceptions.warn(
                'File `' ~ row[0] ~ '` is not read: table `' ~ table ~ '` is read from `'
                ~ table ~ '.csv` or `' ~ table ~ '.parquet`, in small letters and not '
                ~ 'packed. Without one of them it counts as empty.') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
