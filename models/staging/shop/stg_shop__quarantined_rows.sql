{{ config(materialized='table') }}

{%- set tables = [
    'customers', 'orders', 'order_items', 'products', 'refunds', 'web_events',
    'loyalty_accounts', 'feedback', 'contacts', 'experiment_assignments', 'ad_spend',
    'stores', 'exchange_rates',
] %}
{%- set later_checks = {
    'orders': 'base_shop__orders_valued',
    'order_items': 'base_shop__order_items_placed',
    'refunds': 'base_shop__refunds_placed',
} %}

with rejected_rows as (
    {%- for table in tables %}
    select
        '{{ table }}' as source_table,
        record_key,
        problem as reason,
        problem_column as column_name,
        row_hash,
        raw_row
    from {{ ref('base_shop__' ~ table) }}
    where problem is not null
    union all
    select
        '{{ table }}' as source_table,
        record_key,
        'conflicting_duplicate' as reason,
        cast(null as string) as column_name,
        row_hash,
        raw_row
    from {{ ref('base_shop__' ~ table ~ '_repeated') }}
    where occurrence > 1 and not is_exact_copy and not is_superseded
    {%- if table in later_checks %}
    union all
    select
        '{{ table }}' as source_table,
        record_key,
        problem as reason,
        problem_column as column_name,
        row_hash,
        raw_row
    from {{ ref(later_checks[table]) }}
    where problem is not null
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- Of rows that were found wanting only when they were compared with others.
texts as (
    {%- for table in tables %}
    {{ raw_row_texts(table, "select rejected_rows.row_hash from rejected_rows"
        ~ " where rejected_rows.source_table = '" ~ table
        ~ "' and rejected_rows.raw_row is null") }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    'shop' as source_system,
    rejected_rows.source_table,
    coalesce(rejected_rows.record_key, texts.record_key) as record_key,
    rejected_rows.reason,
    rejected_rows.column_name,
    coalesce(rejected_rows.raw_row, texts.row_json) as row_json
from rejected_rows
left join texts
    on
        rejected_rows.source_table = texts.source_table
        and rejected_rows.row_hash = texts.row_hash
