{#-
    The raw contract of a table: its node of the source definition, with columns, types
    and meta (required, key, dated_by, positive, allowed).
    Arguments: table, a table of source `raw`.
-#}
{%- macro raw_contract(table) -%}
    {%- for node in graph.sources.values()
        if node.source_name == 'raw' and node.name == table -%}
        {{ return(node) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error('Source `raw` declares no table `' ~ table ~ '`.') }}
{%- endmacro -%}


{#-
    What columns a raw relation really has: lower-case name -> column (name, dtype);
    empty where the relation does not exist or the shop takes no part.
    Arguments: relation, of a source.
-#}
{%- macro raw_column_types(relation) -%}
    {%- set types = {} -%}
    {%- set existing = load_relation(relation) -%}
    {%- if existing is not none and 'shop' in var('source_systems') -%}
        {%- for column in adapter.get_columns_in_relation(existing) -%}
            {%- do types.update({column.name | lower: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(types) }}
{%- endmacro -%}


{#-
    A column as a query of a raw table says it that calls the table raw_rows.
    Arguments: name, of the column, in lower case; raw_types, see raw_column_types.
-#}
{%- macro raw_column(name, raw_types) -%}
    raw_rows.{{ adapter.quote(raw_types[name].name) }}
{%- endmacro -%}
