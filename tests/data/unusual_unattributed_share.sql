-- No more than `alert_unattributed_share` of all orders belong to nobody: they carry no
-- customer id, and no e-mail or phone number that links. A row here says how many.
{{ config(severity='warn') }}

with ledger as (
    select * from {{ ref('revenue_ledger') }}
),

counted as (
    select
        sum(case when line = 'raw_revenue' then orders else 0 end) as orders,
        sum(case when line = 'unattributed' then orders else 0 end) as unattributed
    from ledger
)

select
    orders,
    unattributed,
    unattributed || ' of ' || orders || ' orders belong to nobody: they carry no '
    || 'customer id, and no e-mail or phone number but such as shared_identifiers '
    || 'lists. Numbers of another country than var default_region are unreadable if '
    || 'they are written without +.' as message
from counted
where unattributed > {{ var('alert_unattributed_share') }} * orders
