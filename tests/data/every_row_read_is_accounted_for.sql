-- Rows read = rows staged + duplicates folded + corrections folded + rows quarantined,
-- for every raw table of every source system. A row here is a table whose rows were
-- lost or counted twice.
select
    source_system,
    source_table,
    rows_read,
    rows_staged,
    duplicates_folded,
    corrections_folded,
    rows_quarantined,
    rows_read - rows_staged - duplicates_folded - corrections_folded - rows_quarantined
        as rows_lost
from {{ ref('row_counts') }}
where
    rows_read
    <> rows_staged + duplicates_folded + corrections_folded + rows_quarantined
