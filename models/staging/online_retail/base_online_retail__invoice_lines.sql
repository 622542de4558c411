{{ config(
    enabled='online_retail' in items_of('source_systems'),
    materialized='table',
) }}

with published_lines as (
    select * from {{ ref('base_online_retail__published_lines') }}
),

classified as (
    select
        *,
        case
            when problem is not null then 'quarantined'
            when upper(invoice_no) like 'A%' then 'bad_debt'
            when upper(invoice_no) like 'C%' and quantity < 0 and unit_price > 0
                then 'cancellation'
            when upper(invoice_no) like 'C%' then 'other'
            when quantity > 0 and unit_price > 0 then 'sold'
            when quantity > 0 and unit_price = 0 then 'free'
            when quantity < 0 then 'write_off'
            else 'other'
        end as line_class
    from published_lines
),

-- What an invoice says of itself on each of its lines: one customer, one instant.
invoices as (
    select
        invoice_no,
        min(customer_id) as customer_id,
        {{ local_to_utc('min(local_time)', 'Europe/London') }} as invoiced_at
    from classified
    where line_class != 'quarantined'
    group by invoice_no
),

joined as (
    select
        classified.invoice_no,
        invoices.customer_id,
        upper(classified.stock_code) as product_id,
        classified.stock_code,
        classified.line_class,
        classified.description,
        classified.country,
        classified.problem,
        classified.problem_column,
        classified.row_json,
        classified.line_number,
        classified.quantity,
        classified.unit_price,
        cast(
            coalesce(classified.quantity * classified.unit_price, 0) as decimal(18, 4)
        ) as line_amount,
        invoices.invoiced_at
    from classified
    left join invoices on classified.invoice_no = invoices.invoice_no
)

select * from joined
