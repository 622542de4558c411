-- As many rows of a raw table stand in quarantined_rows as row_counts says.
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
    counts.source_table as counted_table,
    quarantined.source_table as quarantined_table,
    counts.rows_quarantined,
    quarantined.rows_found
from counts
full join quarantined
    on
        counts.source_system = quarantined.source_system
        and counts.source_table = quarantined.source_table
where
    counts.source_table is null
    or counts.rows_quarantined <> coalesce(quarantined.rows_found, 0)
