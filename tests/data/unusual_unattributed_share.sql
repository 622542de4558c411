-- No more than `alert_unattributed_share` of all orders belong to nobody: neither a
-- customer id nor an e-mail or phone number stands on them. A row here says how many.
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
    unattributed || ' of ' || orders || ' orders belong to nobody: neither customer id '
    || 'nor e-mail nor phone number stands on them.' as message
from counted
where unattributed > {{ var('alert_unattributed_share') }} * orders
