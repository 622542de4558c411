-- Per raw table, rows read = rows staged + duplicates folded + rows quarantined, and as
-- many rows stand in quarantined_rows.
with counts as (
    select * from {{ ref('row_counts') }}
),

quarantined as (
    select
        source_system,
        source_table,
        count(*) as rows_found
    from {{ ref('quarantined_rows') }}
    group by source_system, source_table
)

select
    counts.*,
    quarantined.rows_found
from counts
full join quarantined
    on
        counts.source_system = quarantined.source_system
        and counts.source_table = quarantined.source_table
where
    counts.source_table is null
    or counts.rows_read
    <> counts.rows_staged + counts.duplicates_folded + counts.rows_quarantined
    or counts.rows_quarantined <> coalesce(quarantined.rows_found, 0)
