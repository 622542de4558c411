{#-
    Stops the run where a Parquet file cannot be read, with the names of its table and
    file: the engine's own message does not always have them. Other formats are left to
    the engine, which names file and line.
    Arguments: table, the table of the raw contract; file, its path.
-#}
{%- macro check_raw_file(table, file) -%}
    {%- if file.lower().endswith('.parquet') -%}
        {%- do try_or_compiler_error(
            'Table `' ~ table ~ '` cannot be read: `' ~ file
            ~ '` is no Parquet file, or it is cut short or damaged. Write it anew.',
            run_query, 'describe select * from ' ~ parquet_reader(file)) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Where a model failed: reads every column of the raw Parquet files to its end, and
    says which one is damaged. Called on run end.
    Arguments: results, of the run's nodes.
-#}
{%- macro find_damaged_files(results) -%}
    {%- if execute and var('raw_data') and 'shop' in var('source_systems')
        and results | selectattr('status', 'equalto', 'error') | list -%}
        {{ return(adapter.dispatch('find_damaged_files')()) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__find_damaged_files() -%}{%- endmacro -%}

{%- macro duckdb__find_damaged_files() -%}
    {%- for table, file in raw_files().items()
        if file.lower().endswith('.parquet') and raw_table_is_known(table) -%}
        {%- for row in run_query(
            'describe select * from ' ~ parquet_reader(file)).rows -%}
            {%- do try_or_compiler_error(
                'Table `' ~ table ~ '` cannot be read: column `' ~ row[0]
                ~ '` is damaged in its file `' ~ file ~ '`. Write it anew.',
                run_query, 'select bit_xor(hash(' ~ adapter.quote(row[0])
                ~ ')) as all_values from ' ~ parquet_reader(file)) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro -%}


{#- The engine's reader of a Parquet file. Arguments: file, its path. -#}
{%- macro parquet_reader(file) -%}
    read_parquet('{{ file | replace("'", "''") }}')
{%- endmacro -%}
