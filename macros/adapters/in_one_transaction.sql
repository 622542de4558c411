{#-
    Runs statements so that a kill leaves all of them done or none, where the engine can.
    Arguments: statements, a list of SQL statements without a closing semicolon.
-#}
{%- macro in_one_transaction(statements) -%}
    {{ return(adapter.dispatch('in_one_transaction')(statements)) }}
{%- endmacro -%}

{#- What a look at the catalog began is ended with them: dbt would roll it back. -#}
{%- macro duckdb__in_one_transaction(statements) -%}
    {%- do adapter.ensure_transaction() -%}
    {%- for each in statements -%}
        {%- do run_query(each) -%}
    {%- endfor -%}
    {%- do adapter.commit() -%}
{%- endmacro -%}

{#- Spark has no transactions over several tables; each statement is whole by itself. -#}
{%- macro spark__in_one_transaction(statements) -%}
    {%- for each in statements -%}
        {%- do run_query(each) -%}
    {%- endfor -%}
{%- endmacro -%}
