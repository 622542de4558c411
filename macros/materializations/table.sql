{#-
    A table, replaced by one statement in one transaction. dbt's own way builds beside the
    table, renames both and drops the old one: three calls, each of which makes dbt gather
    all macros anew. On a small shop that was a twelfth of a night.
-#}
{%- materialization table, adapter='duckdb' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{- replaced_table(target_relation, sql) -}}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization -%}


{#-
    SQL that makes a table of a query, or replaces it. Under a contract the table has the
    columns and types of the contract, and a query that does not fit is an error.
    Arguments: relation, query (SQL text).
-#}
{%- macro replaced_table(relation, query) -%}
    create or replace table {{ relation }}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(query) }}
        {{ get_table_columns_and_constraints() }};
        insert into {{ relation }} {{ get_column_names() }} (
            {{ get_select_subquery(query) }}
        )
    {%- else %} as (
        {{ query }}
    )
    {%- endif -%}
{%- endmacro -%}
