{{ config(
    enabled='online_retail' in items_of('source_systems'),
    materialized='table',
) }}

with published_lines as (
    select count(*) as rows_read
    from {{ ref('base_online_retail__published_lines') }}
),

classified_lines as (
    select
        count(*) filter (where line_class != 'quarantined') as rows_staged,
        count(*) filter (where line_class = 'quarantined') as rows_quarantined
    from {{ ref('base_online_retail__invoice_lines') }}
)

select
    'online_retail' as source_system,
    'invoice_lines' as source_table,
    published_lines.rows_read,
    classified_lines.rows_staged,
    cast(0 as bigint) as duplicates_folded,
    cast(0 as bigint) as corrections_folded,
    classified_lines.rows_quarantined
from published_lines
cross join classified_lines
