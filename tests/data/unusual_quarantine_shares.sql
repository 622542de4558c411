-- Of the rows of a raw table no more than `alert_quarantine_share` are unusable, or no
-- more than half of a table of 10 to 99 rows, where a few are a large share. A smaller
-- table says nothing. A row here is a table to look into.
{{ config(severity='warn') }}

with counts as (
    select * from {{ ref('row_counts') }}
)

select
    source_system,
    source_table,
    rows_read,
    rows_quarantined,
    rows_quarantined || ' of the ' || rows_read || ' rows of table `' || source_table
    || '` are in quarantine: quarantined_rows says why.' as message
from counts
where
    rows_read >= 10
    and (
        2 * rows_quarantined > rows_read
        or (
            rows_read >= 100
            and rows_quarantined > {{ var('alert_quarantine_share') }} * rows_read
        )
    )
