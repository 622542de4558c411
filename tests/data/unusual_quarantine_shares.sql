-- Of the rows of a raw table no more than `alert_quarantine_share` are unusable. Tables
-- of fewer than 100 rows are left out: a few rows are a large share of them. A row here
-- is a table to look into: quarantined_rows says why.
{{ config(severity='warn') }}

with counts as (
    select * from {{ ref('row_counts') }}
)

select
    source_system,
    source_table,
    rows_read,
    rows_quarantined
from counts
where
    rows_read >= 100
    and rows_quarantined > {{ var('alert_quarantine_share') }} * rows_read
