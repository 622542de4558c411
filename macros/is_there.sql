{#-
    Whether a relation is there; false while the project is only parsed.
    Arguments: relation, a table or view.
-#}
{%- macro is_there(relation) -%}
    {{ return(execute and load_relation(relation) is not none) }}
{%- endmacro -%}


{#-
    Whether an earlier run left a table that this one reads. Unit tests, in which there is
    no graph, bring their own.
    Arguments: relation, the table.
-#}
{%- macro was_left(relation) -%}
    {{ return(not graph.nodes or is_there(relation)) }}
{%- endmacro -%}


{#-
    The table or view of a node in the warehouse; none where it is not there.
    Arguments: node, of a model or seed.
-#}
{%- macro relation_of(node) -%}
    {{ return(load_relation(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias))) }}
{%- endmacro -%}


{#-
    Tells dbt, which asks the catalog once a run, of a table that was made since.
    Arguments: relation, the table.
-#}
{%- macro remember_table(relation) -%}
    {%- do adapter.cache_added(relation.incorporate(type='table')) -%}
{%- endmacro -%}
