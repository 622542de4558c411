with staging_lines as (
    select
        source_system,
        line,
        orders,
        amount
    from {{ ref('stg_shop__ledger_lines') }}
    {%- if 'online_retail' in items_of('source_systems') %}
    union all
    select
        source_system,
        line,
        orders,
        amount
    from {{ ref('stg_online_retail__ledger_lines') }}
    where line not in ('orders_with_customer', 'orders_without_customer')
    {%- endif %}
),

order_lines as (
    select * from {{ ref('int_orders__ledger_lines') }}
),

orders as (
    select * from {{ ref('int_orders__counted') }}
    where counts_until is null
),

-- Every system has a closing line, be it 0.
counted as (
    select
        openings.source_system,
        count(orders.order_id) as orders,
        coalesce(sum(orders.order_amount - orders.refunded_amount), 0) as amount
    from staging_lines as openings
    left join orders on openings.source_system = orders.source_system
    where openings.line = 'raw_revenue'
    group by openings.source_system
),

ledger as (
    select
        source_system,
        line,
        case when line = 'raw_revenue' then 'opening' else 'change' end as kind,
        case when line = 'raw_revenue' then 1 else 2 end as step,
        orders,
        case when line = 'raw_revenue' then amount else -amount end as amount
    from staging_lines
    union all
    select
        source_system,
        line,
        case when line = 'refund_excess' then 'memo' else 'change' end as kind,
        case when line = 'refund_excess' then 5 else 3 end as step,
        orders,
        amount
    from order_lines
    union all
    select
        source_system,
        'segmented_revenue' as line,
        'closing' as kind,
        4 as step,
        orders,
        amount
    from counted
),

labels as (
    select * from {{ ref('revenue_ledger_lines') }}
)

select
    ledger.source_system,
    ledger.line,
    ledger.kind,
    labels.label_en,
    labels.label_vi,
    cast(
        row_number() over (
            partition by ledger.source_system
            order by ledger.step asc, ledger.line asc
        ) as integer
    ) as line_number,
    cast(ledger.orders as bigint) as orders,
    cast(ledger.amount as decimal(28, 4)) as amount
from ledger
left join labels
    on
        labels.line = case
            when ledger.line like 'quarantined%' then 'quarantined'
            when ledger.line like 'unknown_status%' then 'unknown_status'
            when ledger.line like 'status%' then 'status'
            else ledger.line
        end
