{#-
    The usable raw rows whose key stands more than once, as mark_repeated_keys has found
    them in the landed table. `occurrence` numbers the rows of a key; the first one stays.
    Their order is

    1. by when they were loaded, the last first (of a table that has loaded_at);
    2. by date, the earliest first, but before all others one without a date, which a later
       row must not hide;
    3. by how often they stand there, most often first;
    4. by content, what is personal last: erasing a customer must not change which of two
       amounts counts.

    A later row `is_exact_copy` of the first (equal in all contract columns but loaded_at),
    or else `is_superseded` by it (loaded earlier), or else in conflict with it.
    Arguments: table, a table of source `raw`.
-#}
{%- macro repeated_rows(table) -%}
    {%- set rows = ref('base_shop__' ~ table) -%}
    {%- if not execute -%}{{ return('select * from ' ~ rows) }}{%- endif -%}
    {%- set contract = raw_contract(table) -%}
    {%- set key = contract.config.meta['key'] -%}
    {%- set contents = contract.columns.keys() | reject('equalto', 'loaded_at') | list -%}
    {%- set facts = [] -%}
    {%- for name in contents -%}
        {#- The contract of a unit test may say nothing of a column. -#}
        {%- set kind = ((contract.columns[name].config or {}).meta or {}).personal -%}
        {%- if kind in ['customer_id', 'anonymous_id'] -%}
            {%- do facts.append(person_key("'shop'", "'" ~ kind ~ "'", name)) -%}
        {%- elif not kind -%}
            {%- do facts.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
with contents as (
    select
        *,
        concat_ws(
            chr(31)
            {%- for name in contents %},
            coalesce(cast({{ name }} as string), '')
            {%- endfor %},
            coalesce(hidden_hash, '')
        ) as content,
        concat_ws(
            chr(31)
            {%- for fact in facts %},
            coalesce(cast({{ fact }} as string), '')
            {%- endfor %}
        ) as facts
    from {{ rows }}
    where is_repeated
),

copied as (
    select
        *,
        count(*) over (
            partition by {{ key | join(', ') }}, content, loaded_at
        ) as copies
    from contents
),

numbered as (
    select
        *,
        row_number() over key_in_order as occurrence,
        first_value(content) over key_in_order as first_content,
        first_value(loaded_at) over key_in_order as last_loaded_at
    from copied
    window key_in_order as (
        partition by {{ key | join(', ') }}
        order by loaded_at desc nulls last,
            {{ contract.config.meta.get('dated_by', key[0]) }} asc nulls first,
            copies desc, facts asc, content asc, row_hash asc
    )
)

select
    {%- for name in contents %}
    {{ name }},
    {%- endfor %}
    loaded_at,
    record_key,
    raw_row,
    row_hash,
    content_hash,
    occurrence,
    content = first_content as is_exact_copy,
    content <> first_content
    and coalesce(loaded_at < last_loaded_at, last_loaded_at is not null) as is_superseded
from numbered
{%- endmacro -%}


{#-
    The usable raw rows of a table, one per key.
    Arguments: table, a table of source `raw`; only, an SQL condition, which of them.
-#}
{%- macro unique_rows(table, only='1 = 1') -%}
    {%- set rows = ref('base_shop__' ~ table) -%}
    {%- set repeated = ref('base_shop__' ~ table ~ '_repeated') -%}
    {%- if not execute -%}
        {{ return('select * from ' ~ rows ~ ' cross join ' ~ repeated) }}
    {%- endif -%}
    {%- set contract = raw_contract(table) -%}
    {%- set contents = contract.columns.keys() | reject('equalto', 'loaded_at') | list -%}
    {#- DuckDB reads the first column of a union where rows are only counted: a short one. -#}
    {%- set names = ['content_hash'] + contents + [
        'loaded_at', 'record_key', 'raw_row', 'row_hash'] -%}
    select
        {{ names | join(',\n        ') }}
    from {{ rows }}
    where
        problem is null
        and is_repeated is not true
        and {{ only }}
    union all
    select
        {{ names | join(',\n        ') }}
    from {{ repeated }}
    where
        occurrence = 1
        and {{ only }}
{%- endmacro -%}


{#-
    The hashes of the keys that stand in several usable rows of a landed table.
    Arguments: landed, its relation; changes, a relation of row_hash: then only keys that
    may have become others by these rows, which have been deleted or read just now.
-#}
{%- macro repeated_keys(landed, changes=none) -%}
    select key_hash
    from {{ landed }}
    where
        problem is null
        {%- if changes %}
        and key_hash in (
            select key_hash from {{ landed }}
            where is_repeated or ({{ is_changed_row(changes) }})
        )
        {%- endif %}
    group by key_hash
    having count(*) > 1
{%- endmacro -%}


{#-
    Marks in a landed table the usable rows whose key repeats.
    Arguments: landed, see above; repeated, a relation of what repeated_keys gives.
-#}
{%- macro mark_repeated_keys(landed, repeated) -%}
    {%- set repeats -%}
        problem is null
        and key_hash in (select repeated.key_hash from {{ repeated }} as repeated)
    {%- endset -%}
    update {{ landed }}
    set is_repeated = not is_repeated
    where ({{ repeats }}) <> is_repeated
{%- endmacro -%}
