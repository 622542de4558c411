{#-
    Reads the published invoice lines: a select of the eight columns as text, trimmed,
    blank as null, under snake_case names, and row_json, the whole row as JSON text.
    No rows where the source is not there; stops where a required column is missing, or
    where amounts, which are pounds, would be read as another currency.
-#}
{%- macro raw_online_retail_lines() -%}
    {%- set lines = source('online_retail', 'invoice_lines') -%}
    {#- Published name -> (name here, whether it is a number or code that may end in .0) -#}
    {%- set columns = {
        'InvoiceNo': ('invoice_no', true),
        'StockCode': ('stock_code', true),
        'Description': ('description', false),
        'Quantity': ('quantity_text', false),
        'InvoiceDate': ('invoice_date_text', false),
        'UnitPrice': ('unit_price_text', false),
        'CustomerID': ('customer_id', true),
        'Country': ('country', false),
    } -%}
    {%- set published = {} -%}
    {%- for name in columns -%}
        {%- do published.update({name: 'raw_lines.' ~ name}) -%}
    {%- endfor -%}
    {%- set is_unit_test = lines.is_cte -%}
    {%- set is_there = execute and (is_unit_test or load_relation(lines) is not none) -%}
    {%- if is_there and not is_unit_test
        and invocation_args_dict.get('which') in ['build', 'run'] -%}
        {{- check_online_retail(lines, columns.keys()) -}}
    {%- endif -%}
    select
    {%- for given_name, (name, is_code) in columns.items() %}
        {%- set text = 'cast(raw_lines.' ~ given_name ~ ' as string)'
            if is_there else 'cast(null as string)' -%}
        {%- if is_code -%}
            {%- set text = "regexp_replace(trim(" ~ text ~ "), '[.]0+$', '')" -%}
        {%- endif %}
        nullif(trim({{ text }}), '') as {{ name }},
    {%- endfor %}
        {{ to_json_text(published) if is_there else 'cast(null as string)' }} as row_json
    {%- if is_there %}
    from {{ lines }} as raw_lines
    {%- else %}
    from (select 1 as nothing) as raw_lines
    where 1 = 0
    {%- endif %}
{%- endmacro -%}


{#-
    Stops the run where the file cannot be what was published.
    Arguments: lines, the source's relation; published, the names of its columns.
-#}
{%- macro check_online_retail(lines, published) -%}
    {%- set names = [] -%}
    {%- for column in adapter.get_columns_in_relation(lines) -%}
        {%- do names.append(column.name | lower) -%}
    {%- endfor -%}
    {%- for name in published if name | lower not in names -%}
        {{ exceptions.raise_compiler_error(
            'Table `' ~ lines ~ '` (var online_retail_path: `'
            ~ var('online_retail_path') ~ '`) has no column `' ~ name
            ~ '`. It has: ' ~ names | join(', ') ~ '. Expected are the columns as '
            ~ 'published: ' ~ published | join(', ') ~ '.'
        ) }}
    {%- endfor -%}
    {%- if var('reporting_currency') != 'GBP' -%}
        {{ reject_var('reporting_currency', var('reporting_currency'),
            'GBP where source_systems names online_retail, whose amounts are pounds') }}
    {%- endif -%}
{%- endmacro -%}
