{{ config(enabled='online_retail' in items_of('source_systems')) }}

with quarantined_lines as (
    select * from {{ ref('base_online_retail__invoice_lines') }}
    where line_class = 'quarantined'
)

select
    'online_retail' as source_system,
    'invoice_lines' as source_table,
    coalesce(invoice_no, '') || '|' || coalesce(stock_code, '') as record_key,
    problem as reason,
    problem_column as column_name,
    row_json
from quarantined_lines
