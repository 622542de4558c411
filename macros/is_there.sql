{#-
    Whether a relation is there; false while the project is only parsed.
    Arguments: relation, a table or view.
-#}
{%- macro is_there(relation) -%}
    {{ return(execute and load_relation(relation) is not none) }}
{%- endmacro -%}


{#-
    Tells dbt, which asks the catalog once a run, of a table that was made since.
    Arguments: relation, the table.
-#}
{%- macro remember_table(relation) -%}
    {%- do adapter.cache_added(relation.incorporate(type='table')) -%}
{%- endmacro -%}
