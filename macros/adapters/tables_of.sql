{#-
    Names of the tables of a schema, as the engine has them now: dbt remembers those of
    its first look, and not those that a macro has made since.
    Arguments: schema, a relation without identifier.
-#}
{%- macro tables_of(schema) -%}
    {{ return(adapter.dispatch('tables_of')(schema)) }}
{%- endmacro -%}

{%- macro duckdb__tables_of(schema) -%}
    {{ return(run_query('select table_name from duckdb_tables()'
        ~ ' where database_name = ' ~ text_literal(schema.database)
        ~ ' and schema_name = ' ~ text_literal(schema.schema)
    ).columns[0].values() | list) }}
{%- endmacro -%}

{%- macro spark__tables_of(schema) -%}
    {{ return(run_query('show tables in ' ~ schema).columns['tableName'].values() | list) }}
{%- endmacro -%}
