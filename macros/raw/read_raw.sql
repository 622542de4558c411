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
            raw_rows.{{ adapter.quote(raw_types[column.name].name) }}
        {%- else -%}
            cast(null as {{ column.data_type }})
        {%- endif %} as given_{{ column.name }},
        {%- endfor %}
        {%- for name, column in raw_types.items() if name not in contract.columns %}
        raw_rows.{{ adapter.quote(column.name) }} as {{ adapter.quote('given_' ~ name) }},
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


{#-
    The hash by which a raw row is told from all others: of all its columns by name,
    whatever their order, those that the contract does not know too.
    Arguments: raw_types, see raw_column_types.
-#}
{%- macro raw_row_hash(raw_types) -%}
    {%- set columns = [] -%}
    {%- for name, column in raw_types | dictsort -%}
        {%- do columns.append('raw_rows.' ~ adapter.quote(column.name)) -%}
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
            coalesce({{ read_text(
                'raw_rows.' ~ adapter.quote(raw_types[name].name), raw_types[name].dtype
            ) if name in raw_types else 'cast(null as string)' }}, '')
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
            else 'raw_rows.' ~ adapter.quote(column.name) -%}
        {%- do values.update({column.name:
            "case when " ~ quoted ~ " is not null then '***' end"
            if name in revealing or name not in contract.columns else quoted}) -%}
    {%- endfor -%}
    {{ to_json_text(values) if values else 'cast(null as string)' }}
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
    {%- if may_be_in_future(contract, raw_types) -%}
        {%- do found.append((
            is_in_future(contract), 'dated_in_future', contract.config.meta['dated_by'])) -%}
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


{#-
    Whether rows of a table that are dated in the future cannot be used: where the as-of
    date is taken from the clock.
    Arguments: contract, the source's node; raw_types, see raw_column_types.
-#}
{%- macro may_be_in_future(contract, raw_types) -%}
    {{ return(var('as_of_date') == 'yesterday'
        and contract.config.meta.get('dated_by') in raw_types) }}
{%- endmacro -%}


{#- Whether a typed row is, as SQL. Arguments: contract, the source's node. -#}
{%- macro is_in_future(contract) -%}
    {%- set dated_by = contract.config.meta['dated_by'] -%}
    {%- set is_instant = contract.columns[dated_by].data_type == 'timestamp' -%}
    {{ to_business_date(dated_by) if is_instant else dated_by }}
    > cast('{{ business_today() }}' as date)
{%- endmacro -%}
