{#-
    Stops the run where the raw contract is broken: no `orders` table, or a table without
    one of its required columns. Called on run start, after attach_raw_data.
-#}
{%- macro check_raw_data() -%}
    {%- if execute and 'shop' in var('source_systems')
        and invocation_args_dict.get('which') in ['build', 'run', 'test'] -%}
        {%- set place = 'folder `' ~ var('raw_data') ~ '` (var raw_data)'
            if var('raw_data') else 'schema `raw` of the warehouse (var raw_data is empty)' -%}
        {%- for node in graph.sources.values() if node.source_name == 'raw' -%}
            {%- set types = raw_column_types(source('raw', node.name)) -%}
            {%- if not types and node.config.meta.get('required') -%}
                {{ exceptions.raise_compiler_error(
                    'Table `' ~ node.name ~ '` is missing. It was looked for in ' ~ place
                    ~ ': put ' ~ node.name ~ '.parquet or ' ~ node.name
                    ~ '.csv there, or set raw_data to the folder that has it.') }}
            {%- endif -%}
            {%- for column in node.columns.values()
                if types and column.config.meta.get('required')
                and column.name not in types -%}
                {{ exceptions.raise_compiler_error(
                    'Table `' ~ node.name ~ '` in ' ~ place ~ ' has no column `'
                    ~ column.name ~ '`, which is required. It has: '
                    ~ types.keys() | join(', ') ~ '.'
                    ~ (' That is a single column: some rows may have more or fewer fields '
                        ~ 'than the header.' if types | length == 1 else '')) }}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
