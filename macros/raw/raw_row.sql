{#-
    The hash by which a raw row is told from all others: of all its columns by name,
    whatever their order, those that the contract does not know too.
    Arguments: raw_types, see raw_column_types.
-#}
{%- macro raw_row_hash(raw_types) -%}
    {%- set columns = [] -%}
    {%- for name in raw_types | sort -%}
        {%- do columns.append(raw_column(name, raw_types)) -%}
    {%- endfor -%}
    {{ hash_of(columns or ['null']) }}
{%- endmacro -%}


{#-
    The JSON texts and keys of some raw rows, read from the raw table once more: one row
    per row_hash. Nothing is read where none is asked for.
    Arguments: table, of source `raw`; wanted, a query of one column, row_hash. It must
    not ask for rows that name erased customers.
-#}
{%- macro raw_row_texts(table, wanted) -%}
    {%- set relation = source('raw', table) -%}
    {%- if not execute -%}{{ return('select 1') }}{%- endif -%}
    {%- set raw_types = raw_column_types(relation) -%}
    {%- set row_hash = raw_row_hash(raw_types) -%}
    select
        '{{ table }}' as source_table,
        {{ row_hash }} as row_hash,
        {{ 'min(' ~ masked_row(raw_contract(table), raw_types, none) ~ ')'
            if raw_types else 'cast(null as string)' }} as row_json,
        min(
            {%- for name in raw_contract(table).config.meta['key'] %}
            {{ "|| '|' || " if not loop.first -}}
            coalesce({{ raw_text(name, raw_types) }}, '')
            {%- endfor %}
        ) as record_key
    from {{ relation if raw_types else '(select 1 where 1 = 0)' }} as raw_rows
    where {{ row_hash }} in ({{ wanted }})
    group by {{ row_hash }}
{%- endmacro -%}


{#-
    A raw row as JSON text, with `***` for what nobody needs to see to mend it.
    Arguments: contract, the source's node; raw_types, see raw_column_types; prefix, what
    stands before the names of the columns; none for those of raw_rows themselves.
-#}
{%- macro masked_row(contract, raw_types, prefix) -%}
    {%- set revealing = personal_columns(contract, raw_types,
        ['email', 'phone', 'name', 'text']) | map(attribute='name') | list -%}
    {%- set values = {} -%}
    {%- for name, column in raw_types.items() -%}
        {%- set quoted = adapter.quote(prefix ~ name) if prefix
            else raw_column(name, raw_types) -%}
        {%- do values.update({column.name:
            "case when " ~ quoted ~ " is not null then '***' end"
            if name in revealing or name not in contract.columns else quoted}) -%}
    {%- endfor -%}
    {{ to_json_text(values) if values else 'cast(null as string)' }}
{%- endmacro -%}
