-- What the ledgers of all systems close with, in money and orders, is what persons
-- hold.
with closing as (
    select
        coalesce(sum(amount), 0) as amount,
        coalesce(sum(orders), 0) as orders
    from {{ ref('revenue_ledger') }}
    where kind = 'closing'
),

held as (
    select
        coalesce(sum(lifetime_revenue), 0) as amount,
        coalesce(sum(lifetime_orders), 0) as orders
    from {{ ref('persons') }}
)

select
    closing.amount as closing_amount,
    held.amount as held_amount,
    closing.orders as closing_orders,
    held.orders as held_orders
from closing
cross join held
where closing.amount <> held.amount or closing.orders <> held.orders
