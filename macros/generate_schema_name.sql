{#-
    Schemas are named as the project says, without the target's schema before them.
    Arguments: custom_schema_name, what the project says, or none; node, of dbt's graph.
-#}
{%- macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro -%}
