{{ config(materialized='table') }}

-- Raw orders are read wherever they are asked for: a CTE of them would be stored.
with repeated as (
    select * from {{ ref('base_shop__orders_repeated') }}
),

valued as (
    select * from {{ ref('base_shop__orders_valued') }}
),

rates as (
    select * from {{ ref('stg_shop__exchange_rates') }}
),

parts as (
    select
        'raw_revenue' as line,
        order_id,
        total_amount,
        currency,
        ordered_at
    from {{ ref('base_shop__orders') }}
    union all
    select
        'quarantined_' || problem as line,
        order_id,
        total_amount,
        currency,
        ordered_at
    from {{ ref('base_shop__orders') }}
    where problem is not null
    union all
    select
        case
            when is_exact_copy then 'duplicates_folded'
            when is_superseded then 'corrections_folded'
            else 'quarantined_conflicting_duplicate'
        end as line,
        order_id,
        total_amount,
        currency,
        ordered_at
    from repeated
    where occurrence > 1
    union all
    select
        'quarantined_' || problem as line,
        order_id,
        total_amount,
        currency,
        ordered_at
    from valued
    where problem is not null
),

item_totals as (
    {{ order_item_totals(
        'order_id in (select raw_orders.order_id from ' ~ ref('base_shop__orders')
        ~ ' as raw_orders where raw_orders.total_amount is null)'
    ) }}
),

amounts as (
    select
        parts.line,
        parts.total_amount,
        item_totals.items_amount,
        case
            when
                coalesce(parts.currency, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(18, 8))
            else rates.rate_to_reporting
        end as exchange_rate
    from parts
    left join item_totals on parts.order_id = item_totals.order_id
    left join rates
        on
            parts.currency = rates.currency
            and {{ to_business_date('parts.ordered_at') }} >= rates.valid_from
            and {{ to_business_date('parts.ordered_at') }} < rates.valid_to
)

select
    'shop' as source_system,
    line,
    count(*) as orders,
    cast(
        coalesce(
            sum({{ order_value('total_amount', 'items_amount', 'exchange_rate') }}), 0
        ) as decimal(28, 4)
    ) as amount
from amounts
group by line
