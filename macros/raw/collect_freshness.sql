{#-
    When a source was last loaded, for `dbt source freshness`, in place of dbt's own macro:
    by `loaded_at` where the raw table has it, else by the column in its `loaded_at_field`,
    read as staging reads it, so that text will do. What is dated in the future does not
    make a table fresh, and a table that is not there is not late.
    Arguments: source, its relation; loaded_at_field, the column; filter, not used here.
-#}
{%- macro collect_freshness(source, loaded_at_field, filter) -%}
    {%- set types = raw_column_types(source) -%}
    {%- set field = 'loaded_at' if 'loaded_at' in types else loaded_at_field -%}
    {%- call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
        {%- if field in types %}
        select
            max(case when loaded_at <= {{ current_timestamp() }} then loaded_at end)
                as max_loaded_at,
            {{ current_timestamp() }} as snapshotted_at
        from (
            select
                {{ read_value(raw_column(field, types), types[field].dtype, 'timestamp') }}
                    as loaded_at
            from {{ source }} as raw_rows
        ) as loaded
        {%- else %}
        select
            {{ current_timestamp() }} as max_loaded_at,
            {{ current_timestamp() }} as snapshotted_at
        {%- endif %}
    {%- endcall -%}
    {{ return(load_result('collect_freshness')) }}
{%- endmacro -%}
