-- Of the rows of a raw table no more than `alert_quarantine_share` are unusable, or no
-- more than half of a table of 10 to 99 rows, where a few are a large share. A smaller
-- table says nothing. A row here is a table to look into.
{{ config(severity='warn') }}

with counts as (
    select * from {{ ref('row_counts') }}
),

faults as (
    select
        source_system,
        source_table,
        coalesce(reason || ' in column ' || column_name, reason) as fault,
        row_number() over (
            partition by source_system, source_table
            order by count(*) desc, reason asc, column_name asc nulls last
        ) as fault_rank
    from {{ ref('quarantined_rows') }}
    group by source_system, source_table, reason, column_name
)

select
    counts.source_system,
    counts.source_table,
    counts.rows_read,
    counts.rows_quarantined,
    counts.rows_quarantined || ' of the ' || counts.rows_read || ' rows of table `'
    || counts.source_table || '` are in quarantine, most often for ' || faults.fault
    || ': marts.quarantined_rows has them, and models/staging/shop/raw_columns.md says '
    || 'how values are written.' as message
from counts
inner join faults
    on
        counts.source_system = faults.source_system
        and counts.source_table = faults.source_table
        and faults.fault_rank = 1
where
    counts.rows_read >= 10
    and (
        2 * counts.rows_quarantined > counts.rows_read
        or (
            counts.rows_read >= 100
            and counts.rows_quarantined
            > {{ var('alert_quarantine_share') }} * counts.rows_read
        )
    )
