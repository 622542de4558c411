{#-
    Stops a run that was told to read no rows (`--empty`): this project keeps histories
    from run to run, and such a run would tell that all persons are gone. Called on run
    start; takes no arguments.
-#}
{%- macro reject_empty() -%}
    {%- if execute and run_is_recorded() and invocation_args_dict.get('empty') -%}
        {{ exceptions.raise_compiler_error(
            'With --empty no row would be read, and the histories of this warehouse would '
            ~ 'end. To see whether the SQL is right, run `dbt compile`, or `dbt build` '
            ~ 'into another database: SEGMENTATION_DB=try.duckdb dbt build.') }}
    {%- endif -%}
{%- endmacro -%}
