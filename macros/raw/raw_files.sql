{#-
    The files of the folder in var raw_data, by the table that they hold: every
    <table>.parquet and <table>.csv. Stops where a table is there twice. Brackets and stars
    in the folder's name are no wildcards.
-#}
{%- macro raw_files() -%}
    {%- set files = {} -%}
    {%- set path = modules.re.sub('([*?[])', '[\\1]',
        (var('raw_data') | string).rstrip('/')) | replace("'", "''") -%}
    {%- for row in run_query(
        "select file from glob('" ~ path ~ "/*.parquet')
        union all select file from glob('" ~ path ~ "/*.csv') order by file").rows -%}
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
