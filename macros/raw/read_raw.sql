{#-
    Reads a table of the raw contract, column by column as models/staging/shop/sources
    describes it: one row per raw row, with

    - every contract column, typed, trimmed, blank as null, in the letter case that the
      contract says (meta.case: upper or lower); a column that the raw table
      does not have is null, and a table that is not there has no rows;
    - record_key, the key's columns as they are given, joined with `|`;
    - raw_row, the whole raw row as JSON text, masked what may hold a contact or
      name: free text and URLs too, and columns that the contract does not know;
    - hidden_hash, what was hidden in the row, as hash_of_hidden gives it;
    - problem and problem_column: why the row cannot be used (missing_value,
      unreadable_value, ambiguous_number, dated_in_future), null where it can.

    What is known of erased customers is left out (macros/raw/hide_erased.sql).

    Arguments: table, a table of source `raw`.
-#}
{%- macro read_raw(table) -%}
    {%- set relation = source('raw', table) -%}
    {%- if not execute -%}
        {{ return('select 1 from ' ~ ref('base_shop__erased_identifiers')) }}
    {%- endif -%}
    {%- set contract = raw_contract(table) -%}
    {%- set raw_types = raw_column_types(relation) -%}
    {%- set columns = contract.columns.values() -%}
    {%- set erasable = erasable_columns(contract, raw_types) -%}
    {%- set revealing = personal_columns(contract, raw_types,
        ['email', 'phone', 'name', 'text']) | map(attribute='name') | list -%}
    {%- set masked = revealing + raw_types.keys() | reject('in', contract.columns) | list -%}
    {%- set hidden = personal_columns(contract, raw_types,
        ['email', 'phone', 'loyalty_card', 'name', 'detail', 'text'])
        | map(attribute='name') | list -%}

with given as (
    select
        {%- for column in columns %}
        {% if column.name in raw_types -%}
            raw_rows.{{ adapter.quote(raw_types[column.name].name) }}
        {%- else -%}
            cast(null as {{ column.data_type }})
        {%- endif %} as given_{{ column.name }},
        {%- endfor %}
        {{ masked_row(raw_types, masked) if raw_types else 'cast(null as string)' }}
            as raw_row
    from {{ relation if raw_types else '(select 1 where 1 = 0)' }} as raw_rows
),

typed as (
    select
        *,
        {%- for column in columns %}
        {{ column.config.meta.get('case', '') }}({{ read_value(
            'given_' ~ column.name,
            raw_types[column.name].dtype if column.name in raw_types else column.data_type,
            column.data_type,
        ) }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from given
)

{%- if erasable %},

judged as (
    {{ judged_rows('typed', erasable) }}
)
{%- endif %}

select
    {%- for column in columns %}
    {{ without_erased(column, erasable) }} as {{ column.name }},
    {%- endfor %}
    {% for key_column in contract.config.meta['key'] -%}
        {{ "|| '|' || " if not loop.first -}}
        {%- if contract.columns[key_column] in erasable -%}
            coalesce({{ without_erased(contract.columns[key_column], erasable) }}, '')
        {%- else -%}
            coalesce(trim(cast(given_{{ key_column }} as string)), '')
        {%- endif %}
    {% endfor -%}
    as record_key,
    {% if erasable -%}
    case
        when {{ names_an_erased(erasable) }} then '{"erased": true}'
        else raw_row
    end as raw_row,
    {%- else -%}
    raw_row,
    {%- endif %}
    {{ hash_of_hidden(hidden, erasable if hidden else []) }} as hidden_hash,
    {{ raw_problem(contract, raw_types, 'problem') }} as problem,
    {{ raw_problem(contract, raw_types, 'column') }} as problem_column
from {{ 'judged' if erasable else 'typed' }}
{%- endmacro -%}


{#-
    A raw row as JSON text, with `***` for what nobody needs to see to mend it.
    Arguments: raw_types, see raw_column_types; masked, names of columns.
-#}
{%- macro masked_row(raw_types, masked) -%}
    {%- set values = {} -%}
    {%- for name, column in raw_types.items() -%}
        {%- set quoted = 'raw_rows.' ~ adapter.quote(column.name) -%}
        {%- do values.update({column.name:
            "case when " ~ quoted ~ " is not null then '***' end"
            if name in masked else quoted}) -%}
    {%- endfor -%}
    {{ to_json_text(values) }}
{%- endmacro -%}


{#-
    The first thing that makes a typed raw row unusable, as an SQL expression.
    Arguments: contract, the source's node; raw_types, see raw_column_types; wanted,
    'problem' for the reason, 'column' for the column at fault.
-#}
{%- macro raw_problem(contract, raw_types, wanted) -%}
    {%- set found = [] -%}
    {%- for column in contract.columns.values() if column.name in raw_types -%}
        {#- Only a text can be blank; looking at other types as text is slow. -#}
        {%- set given_is_text = is_text_type(raw_types[column.name].dtype) -%}
        {%- set text = "nullif(trim(cast(given_" ~ column.name ~ " as string)), '')" -%}
        {%- set given = text if given_is_text else 'given_' ~ column.name -%}
        {%- if column.config.meta.get('required') -%}
            {%- do found.append((
                (column.name if column.data_type == 'string' else given) ~ ' is null',
                'missing_value', column.name)) -%}
        {%- endif -%}
        {%- if column.data_type != 'string' -%}
            {%- set is_unread = column.name ~ ' is null and ' ~ given ~ ' is not null' -%}
            {%- if given_is_text and may_be_grouped(column.data_type) -%}
                {%- do found.append((is_unread ~ ' and ' ~ is_ambiguous_number(text),
                    'ambiguous_number', column.name)) -%}
            {%- endif -%}
            {%- do found.append((is_unread, 'unreadable_value', column.name)) -%}
        {%- endif -%}
        {%- if column.config.meta.get('positive') -%}
            {%- do found.append((column.name ~ ' <= 0', 'not_positive', column.name)) -%}
        {%- endif -%}
        {%- if column.config.meta.get('allowed') -%}
            {%- do found.append((
                'lower(' ~ column.name ~ ") not in ('"
                ~ column.config.meta['allowed'] | join("', '") ~ "')",
                'unknown_value', column.name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set dated_by = contract.config.meta.get('dated_by') -%}
    {%- if var('as_of_date') == 'yesterday' and dated_by in raw_types -%}
        {%- set is_instant = contract.columns[dated_by].data_type == 'timestamp' -%}
        {%- do found.append((
            (to_business_date(dated_by) if is_instant else dated_by)
            ~ " > cast('" ~ business_today() ~ "' as date)",
            'dated_in_future', dated_by)) -%}
    {%- endif -%}
    {%- if not found -%}
        cast(null as string)
    {%- else -%}
    case
        {%- for condition, reason, column in found %}
        when {{ condition }} then '{{ reason if wanted == 'problem' else column }}'
        {%- endfor %}
    end
    {%- endif -%}
{%- endmacro -%}
