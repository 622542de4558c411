with counts as (
    {{ union_systems('row_counts') }}
)

select
    source_system,
    source_table,
    cast(rows_read as bigint) as rows_read,
    cast(rows_staged as bigint) as rows_staged,
    cast(duplicates_folded as bigint) as duplicates_folded,
    cast(corrections_folded as bigint) as corrections_folded,
    cast(rows_quarantined as bigint) as rows_quarantined
from counts
