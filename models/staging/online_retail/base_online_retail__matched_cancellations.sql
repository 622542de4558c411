{{ config(
    enabled='online_retail' in items_of('source_systems'),
    materialized='table',
) }}

-- Finds the orders that cancellations take units back from, the latest units first.
-- Per customer, product and price (here one `article`) a sale lifts the number of units
-- held and a cancellation lowers it. Between two neighbouring heights rises and falls
-- take turns, as opening and closing brackets do, so a fall undoes the rise just before
-- it there; a fall without a rise before it cancels units that were never sold.
with moves as (
    select
        invoice_no,
        concat_ws(
            '|',
            coalesce(customer_id, concat('nobody', invoice_no)),
            product_id,
            cast(unit_price as string)
        ) as article,
        customer_id,
        product_id,
        unit_price,
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        line_class = 'cancellation' as is_cancellation,
        invoiced_at
    from {{ ref('base_online_retail__invoice_lines') }}
    where line_class in ('sold', 'cancellation')
    group by invoice_no, customer_id, product_id, unit_price, line_class, invoiced_at
),

cancelled_articles as (
    select distinct article from moves
    where is_cancellation
),

heights as (
    select
        moves.*,
        cast(sum(moves.quantity) over in_time as decimal(18, 4)) as height,
        row_number() over in_time as move_number
    from moves
    inner join cancelled_articles on moves.article = cancelled_articles.article
    -- Within one minute sales come first: they can be cancelled at once.
    window in_time as (
        partition by moves.article
        order by moves.invoiced_at asc, moves.is_cancellation asc, moves.invoice_no asc
        rows between unbounded preceding and current row
    )
),

spans as (
    select
        *,
        least(height, height - quantity) as span_from,
        greatest(height, height - quantity) as span_to
    from heights
),

marks as (
    select
        article,
        height
    from heights
    union distinct
    select
        article,
        cast(0 as decimal(18, 4)) as height
    from cancelled_articles
),

steps as (
    select
        article,
        height as step_from,
        lead(height) over (partition by article order by height asc) as step_to
    from marks
),

crossings as (
    select
        spans.*,
        steps.step_to - steps.step_from as units,
        lag(spans.invoice_no) over (
            partition by spans.article, steps.step_from
            order by spans.move_number asc
        ) as order_id
    from spans
    inner join steps
        on
            spans.article = steps.article
            and spans.span_from <= steps.step_from
            and spans.span_to >= steps.step_to
)

select
    invoice_no as cancellation_id,
    order_id,
    customer_id,
    product_id,
    unit_price,
    cast(sum(units) as decimal(18, 4)) as quantity,
    cast(sum(units) * unit_price as decimal(18, 4)) as cancelled_amount,
    invoiced_at as cancelled_at
from crossings
where is_cancellation
group by invoice_no, order_id, customer_id, product_id, unit_price, invoiced_at
