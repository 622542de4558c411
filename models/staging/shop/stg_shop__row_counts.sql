{{ config(materialized='table') }}

{%- set tables = [
    'customers', 'orders', 'order_items', 'products', 'refunds', 'web_events',
    'loyalty_accounts', 'feedback', 'contacts', 'experiment_assignments', 'ad_spend',
    'stores', 'exchange_rates',
] %}

with counted as (
    {%- for table in tables %}
    select
        '{{ table }}' as source_table,
        (select count(*) from {{ ref('base_shop__' ~ table) }}) as rows_read,
        (select count(*) from {{ ref('stg_shop__' ~ table) }}) as rows_staged,
        (
            select count(*) from {{ ref('base_shop__' ~ table ~ '_repeated') }}
            where occurrence > 1 and is_exact_copy
        ) as duplicates_folded,
        (
            select count(*) from {{ ref('base_shop__' ~ table ~ '_repeated') }}
            where is_superseded
        ) as corrections_folded
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

quarantined as (
    select
        source_table,
        count(*) as rows_quarantined
    from {{ ref('stg_shop__quarantined_rows') }}
    group by source_table
)

select
    'shop' as source_system,
    counted.source_table,
    counted.rows_read,
    counted.rows_staged,
    counted.duplicates_folded,
    counted.corrections_folded,
    coalesce(quarantined.rows_quarantined, 0) as rows_quarantined
from counted
left join quarantined on counted.source_table = quarantined.source_table
