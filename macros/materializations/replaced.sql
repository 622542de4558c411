{#-
    Tables and views that one statement replaces, in one transaction. dbt's own way builds
    beside the old one, renames both and drops the old one: three calls, each of which makes
    dbt gather all macros anew. On a small shop that was a twelfth of a night.
-#}
{%- materialization table, adapter='duckdb' -%}
    {{ return(replaced('table')) }}
{%- endmaterialization -%}


{%- materialization view, adapter='duckdb' -%}
    {{ return(replaced('view')) }}
{%- endmaterialization -%}


{#- Builds a table or view in place of the old one. Arguments: kind, 'table' or 'view'. -#}
{%- macro replaced(kind) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type=kind) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing and existing.type != kind -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{- replacement(kind, target_relation, sql) -}}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmacro -%}


{#-
    SQL that makes a table or view of a query, or replaces it. Under a contract a query that
    does not fit is an error, and a table has its columns and types.
    Arguments: kind, 'table' or 'view'; relation; query (SQL text).
-#}
{%- macro replacement(kind, relation, query) -%}
    {%- set has_contract = config.get('contract').enforced -%}
    {%- if has_contract -%}
        {{ get_assert_columns_equivalent(query) }}
    {%- endif %}
    create or replace {{ kind }} {{ relation }}
    {%- if has_contract and kind == 'table' -%}
        {{ get_table_columns_and_constraints() }};
        insert into {{ relation }} {{ get_column_names() }} (
            {{ get_select_subquery(query) }}
        )
    {%- else %} as (
        {{ query }}
    )
    {%- endif -%}
{%- endmacro -%}
