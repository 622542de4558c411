-- Some order of every source system can be read, if there are rows at all; and there
-- are rows, if an earlier run on record had some. A shop without its orders would be
-- published as an empty one. A row here is such a table and what to do.
with counts as (
    select * from {{ ref('row_counts') }}
),

runs as (
    select coalesce(max(orders_staged), 0) as orders_before
    from {{ source('state', 'pipeline_runs') }}
),

orders as (
    select
        counts.source_system,
        counts.source_table,
        counts.rows_read,
        runs.orders_before,
        sum(counts.rows_staged) over () as rows_staged_in_all,
        counts.rows_staged
    from counts
    cross join runs
    where counts.source_table in ({{ quoted_list(order_tables()) }})
)

select
    source_system,
    source_table,
    rows_read,
    orders_before,
    case
        when rows_read > 0
            then
                'None of the ' || rows_read || ' rows of table `' || source_table
                || '` can be used: quarantined_rows says why. Put the table right.'
        else
            'Table `' || source_table || '` has no rows, and an earlier run had '
            || orders_before || '. Load it again; for a shop that begins anew, build '
            || 'into a new database file.'
    end as message
from orders
where
    (rows_read > 0 and rows_staged = 0)
    or (rows_staged_in_all = 0 and orders_before > 0)
