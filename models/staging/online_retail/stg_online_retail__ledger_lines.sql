{{ config(enabled='online_retail' in items_of('source_systems')) }}

with ledger as (
    select
        ledger_lines.line,
        ledger_lines.line_order,
        ledger_lines.description
    from (
        values
        ('raw_revenue', 0, 'All lines of the file, quantity times price'),
        ('orders_with_customer', 1, 'Staged orders of a known customer'),
        ('orders_without_customer', 2, 'Staged orders that name no customer'),
        ('refunds', 3, 'Cancellations that take back units of a staged order'),
        (
            'unmatched_cancellations',
            4,
            'Cancelled units for which no earlier order of the customer is left'
        ),
        (
            'unmatched_cancellations_without_customer',
            5,
            'Cancellations that name no customer, so that no order can be found'
        ),
        ('bad_debt', 6, 'Adjustments of bad debt (A invoices)'),
        ('write_offs', 7, 'Negative quantities that are no cancellation'),
        ('free_lines', 8, 'Lines given away at price 0'),
        ('other_lines', 9, 'Lines that are none of the above'),
        ('quarantined_lines', 10, 'Unusable lines, as far as they name an amount')
    ) as ledger_lines (line, line_order, description)
),

parts as (
    select
        invoice_no,
        line_amount as amount,
        case
            when line_class = 'sold' and customer_id is not null
                then 'orders_with_customer'
            when line_class = 'sold' then 'orders_without_customer'
            when line_class = 'bad_debt' then 'bad_debt'
            when line_class = 'write_off' then 'write_offs'
            else line_class || '_lines'
        end as line
    from {{ ref('base_online_retail__invoice_lines') }}
    where line_class != 'cancellation'
    union all
    select
        cancellation_id as invoice_no,
        -cancelled_amount as amount,
        case
            when order_id is not null then 'refunds'
            when customer_id is not null then 'unmatched_cancellations'
            else 'unmatched_cancellations_without_customer'
        end as line
    from {{ ref('base_online_retail__matched_cancellations') }}
    union all
    select
        invoice_no,
        line_amount as amount,
        'raw_revenue' as line
    from {{ ref('base_online_retail__invoice_lines') }}
)

select
    'online_retail' as source_system,
    ledger.line,
    ledger.line_order,
    count(distinct parts.invoice_no) as orders,
    cast(coalesce(sum(parts.amount), 0) as decimal(18, 4)) as amount,
    ledger.description
from ledger
left join parts on ledger.line = parts.line
group by ledger.line, ledger.line_order, ledger.description
