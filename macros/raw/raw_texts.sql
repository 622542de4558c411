{#-
    Some columns of a raw table as trimmed text, blank as null, before anything is hidden
    or judged. Only for what has to be known before the table may be read. Customer ids that
    stand for nobody are null here, too.
    Arguments: table, of source `raw`; names, its columns; one that is not there is null.
-#}
{%- macro raw_texts(table, names) -%}
    {%- set relation = source('raw', table) -%}
    {%- if not execute -%}
        {{ return('select 1 from ' ~ ref('placeholder_identifiers')) }}
    {%- endif -%}
    {%- set contract = raw_contract(table) -%}
    {%- set raw_types = raw_column_types(relation) -%}
    select
        {%- for name in names %}
        {%- set text = raw_text(name, raw_types) %}
        {{ identifying_customer_id(text)
            if contract.columns[name].config.meta.get('personal') == 'customer_id'
            else text }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation if raw_types else '(select 1 where 1 = 0)' }} as raw_rows
{%- endmacro -%}


{#-
    A column of raw_rows as text, see read_text; null where the raw table has none.
    Arguments: name, of the column; raw_types, see raw_column_types.
-#}
{%- macro raw_text(name, raw_types) -%}
    {%- if name in raw_types -%}
        {{ read_text(raw_column(name, raw_types), raw_types[name].dtype) }}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro -%}
