-- Stored, because several models read it, and so in clear: where contacts may stand.
{{ config(materialized='table', schema='restricted') }}

with orders as (
    {{ unique_rows('orders') }}
),

item_totals as (
    select * from {{ ref('base_shop__order_item_totals') }}
),

rates as (
    select * from {{ ref('stg_shop__exchange_rates') }}
),

dated as (
    select
        *,
        coalesce(currency, '{{ var("reporting_currency") }}') as order_currency,
        {{ to_business_date('ordered_at') }} as ordered_on,
        {{ to_business_date('cancelled_at') }} as cancelled_on
    from orders
),

valued as (
    select
        dated.*,
        case
            when dated.order_currency = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(18, 8))
            else rates.rate_to_reporting
        end as exchange_rate,
        item_totals.items_amount
    from dated
    left join item_totals on dated.order_id = item_totals.order_id
    left join rates
        on
            dated.order_currency = rates.currency
            and dated.ordered_on >= rates.valid_from
            and dated.ordered_on < rates.valid_to
),

converted as (
    select
        *,
        {{ order_value('total_amount', 'items_amount', 'exchange_rate') }}
            as order_amount
    from valued
)

select
    *,
    case
        when total_amount is null and items_amount is null then 'missing_amount'
        when exchange_rate is null then 'unknown_currency'
        when order_amount is null then 'amount_too_large'
    end as problem,
    case
        when total_amount is null and items_amount is null then 'total_amount'
        when exchange_rate is null then 'currency'
        when order_amount is null then 'total_amount'
    end as problem_column
from converted
