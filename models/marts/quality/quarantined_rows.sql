with rejected as (
    {{ union_systems('quarantined_rows') }}
)

select
    source_system,
    source_table,
    record_key,
    reason,
    column_name,
    row_json
from rejected
