{#-
    The usable raw rows whose key stands more than once, in a fixed order: the last loaded
    first (of a table that has loaded_at), then the earliest dated, then what stands there
    most often, then by content, what is personal last: erasing a customer must not change
    which of two amounts counts. `occurrence` counts them per key; the first one stays. A
    later one `is_exact_copy` of the first (equal in all contract columns but loaded_at),
    or else `is_superseded` by it (loaded earlier), or else in conflict with it.
    Only keys whose hash repeats are looked at closely, so that a large table without
    repeats costs one hash aggregate of 8 bytes a row.
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
with repeated_hashes as (
    select {{ hash_of(key) }} as key_hash
    from {{ rows }}
    where problem is null
    group by {{ hash_of(key) }}
    having count(*) > 1
),

-- Reads the rows once more: kept from above, all of them would have to be stored.
usable_rows as (
    select
        *,
        {{ hash_of(key) }} as key_hash
    from {{ rows }}
    where problem is null
),

contents as (
    select
        usable_rows.*,
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
    from usable_rows
    inner join repeated_hashes
        on usable_rows.key_hash = repeated_hashes.key_hash
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
            {{ contract.config.meta.get('dated_by', key[0]) }} asc nulls last,
            copies desc, facts asc, content asc, row_hash asc
    )
)

select
    {%- for name in contents %}
    {{ name }},
    {%- endfor %}
    loaded_at,
    key_hash,
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
    Arguments: table, a table of source `raw`.
-#}
{%- macro unique_rows(table) -%}
    {%- set rows = ref('base_shop__' ~ table) -%}
    {%- set repeated = ref('base_shop__' ~ table ~ '_repeated') -%}
    {%- if not execute -%}
        {{ return('select * from ' ~ rows ~ ' cross join ' ~ repeated) }}
    {%- endif -%}
    {%- set contract = raw_contract(table) -%}
    {%- set contents = contract.columns.keys() | reject('equalto', 'loaded_at') | list -%}
    {%- set names = contents + [
        'loaded_at', 'record_key', 'raw_row', 'row_hash', 'content_hash'] -%}
    select
        {{ names | join(',\n        ') }}
    from {{ rows }}
    where
        problem is null
        and {{ hash_of(contract.config.meta['key']) }} not in (
            select repeated_keys.key_hash from {{ repeated }} as repeated_keys
        )
    union all
    select
        {{ names | join(',\n        ') }}
    from {{ repeated }}
    where occurrence = 1
{%- endmacro -%}
