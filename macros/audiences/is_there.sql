{#-
    Whether a relation is there; false while the project is only compiled.
    Arguments: relation.
-#}
{%- macro is_there(relation) -%}
    {{ return(execute and load_relation(relation) is not none) }}
{%- endmacro -%}
