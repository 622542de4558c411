{#-
    Reads a table of the raw contract, column by column as models/staging/shop/sources
    describes it: one row per raw row, with

    - every contract column, typed, trimmed, blank as null, in the letter case that the
      contract says (meta.case: upper or lower); a column that the raw table
      does not have is null, and a table that is not there has no rows; so is a customer
      id that stands for nobody (identifying_customer_id);
    - row_hash, of the raw row as it is given, by which it is told from all others;
    - content_hash, of what is made of it, loaded_at apart;
    - raw_row, the whole raw row as JSON text, masked what may hold a contact or
      name: free text and URLs too, and columns that the contract does not know; only
      where the row cannot be used or names an erased customer, because writing it takes
      longer than everything else (see raw_row_texts for all others);
    - record_key, the key's columns as text, joined with `|`; only with raw_row;
    - hidden_hash, what was hidden in the row, as hash_of_hidden gives it;
    - key_hash, of the key, and is_repeated, false until mark_repeated_keys has found keys
      that repeat;
    - problem and problem_column: why the row cannot be used (missing_value,
      unreadable_value, ambiguous_number, dated_in_future), null where it can.

    What is known of erased customers is left out (macros/raw/hide_erased.sql).

    Arguments: table, a table of source `raw`; only, an SQL condition on raw_rows, which
    rows are read: all of them if it is not given.
-#}
{%- macro read_raw(table, only=none) -%}
    {%- set relation = source('raw', table) -%}
    {%- if not execute -%}
        {{ return('select 1 from ' ~ ref('base_shop__erased_identifiers')
            ~ ', ' ~ ref('placeholder_identifiers')) }}
    {%- endif -%}
    {%- set contract = raw_contract(table) -%}
    {%- set raw_types = raw_column_types(relation) -%}
    {%- set columns = contract.columns.values() -%}
    {%- set erasable = erasable_columns(contract, raw_types) -%}
    {%- set hidden = personal_columns(contract, raw_types,
        ['email', 'phone', 'loyalty_card', 'name', 'detail', 'text'])
        | map(attribute='name') | list -%}
    {%- set contents = contract.columns.keys() | reject('equalto', 'loaded_at') | list -%}

with given as (
    select
        {%- for column in columns %}
        {% if column.name in raw_types -%}
            {{ raw_column(column.name, raw_types) }}
        {%- else -%}
            cast(null as {{ column.data_type }})
        {%- endif %} as given_{{ column.name }},
        {%- endfor %}
        {%- for name in raw_types if name not in contract.columns %}
        {{ raw_column(name, raw_types) }} as {{ adapter.quote('given_' ~ name) }},
        {%- endfor %}
        {{ raw_row_hash(raw_types) }} as row_hash
    from {{ relation if raw_types else '(select 1 where 1 = 0)' }} as raw_rows
    {%- if only %}
    where {{ only }}
    {%- endif %}
),

typed as (
    select
        *,
        {%- for column in columns %}
        {%- set value = read_value(
            'given_' ~ column.name,
            raw_types[column.name].dtype if column.name in raw_types else column.data_type,
            column.data_type,
        ) %}
        {%- if column.config.meta.get('personal') == 'customer_id' %}
        {{ identifying_customer_id(value) }}
        {%- else %}
        {{ column.config.meta.get('case', '') }}({{ value }})
        {%- endif %} as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from given
),

{% if erasable -%}
judged as (
    {{ judged_rows('typed', erasable) }}
),

{% endif -%}
explained as (
    select
        *,
        {{ hash_of_hidden(hidden, erasable) }} as hidden_hash,
        {{ raw_problem(contract, raw_types, 'problem') }} as problem,
        {{ raw_problem(contract, raw_types, 'column') }} as problem_column
    from {{ 'judged' if erasable else 'typed' }}
),

shown as (
    select
        {%- for column in columns %}
        {{ without_erased(column, erasable) }} as {{ column.name }},
        {%- endfor %}
        case when problem is not null or hidden_hash is not null then
        {% for key_column in contract.config.meta['key'] -%}
            {{ "|| '|' || " if not loop.first -}}
            {%- if contract.columns[key_column] in erasable -%}
                coalesce({{ without_erased(contract.columns[key_column], erasable) }}, '')
            {%- else -%}
                coalesce({{ read_text(
                    'given_' ~ key_column,
                    raw_types[key_column].dtype if key_column in raw_types else 'string',
                ) }}, '')
            {%- endif %}
        {% endfor -%}
        end as record_key,
        case
            {%- if erasable %}
            when hidden_hash is not null then '{"erased": true}'
            {%- endif %}
            when problem is not null then {{ masked_row(contract, raw_types, 'given_') }}
        end as raw_row,
        row_hash,
        hidden_hash,
        problem,
        problem_column
    from explained
)

select
    {%- for column in columns %}
    {{ column.name }},
    {%- endfor %}
    record_key,
    raw_row,
    row_hash,
    {{ hash_of(contents + ['hidden_hash']) }} as content_hash,
    hidden_hash,
    {{ hash_of(contract.config.meta['key']) }} as key_hash,
    false as is_repeated,
    problem,
    problem_column
from shown
{%- endmacro -%}
