with orders as (
    select
        person_id,
        order_amount - refunded_amount as net_amount,
        ordered_on
    from {{ ref('int_orders__counted') }}
    where counts_until is null
),

purchases as (
    select
        person_id,
        count(*) as orders,
        cast(sum(net_amount) as decimal(18, 4)) as revenue,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on
    from orders
    group by person_id
),

typical_orders as (
    select {{ middle_value('net_amount') }} as median_amount
    from orders
),

basket_bounds as (
    select
        cast({{ rounded(
            'median_amount * ' ~ var('basket_high_ratio'), 4
        ) }} as decimal(18, 4)) as high_amount,
        cast({{ rounded(
            'median_amount * ' ~ var('basket_low_ratio'), 4
        ) }} as decimal(18, 4)) as low_amount
    from typical_orders
),

-- Buyers with at least the revenue of the row, equals included, and what they make.
ranked as (
    select
        person_id,
        orders,
        revenue,
        first_order_on,
        last_order_on,
        count(*) over () as buyers,
        sum(revenue) over () as all_revenue,
        count(*) over from_the_top as buyers_above,
        sum(revenue) over from_the_top as revenue_above
    from purchases
    window from_the_top as (
        order by revenue desc
        range between unbounded preceding and current row
    )
),

measured as (
    select
        *,
        {{ average_amount('revenue', 'orders') }} as average_order_value
    from ranked
)

select
    measured.person_id,
    case
        when measured.buyers_above * 100 <= measured.buyers * 5 then 'top_5'
        when measured.buyers_above * 100 <= measured.buyers * 20 then 'top_20'
        when measured.buyers_above * 100 <= measured.buyers * 50 then 'top_50'
        else 'rest'
    end as value_tier,
    case
        when measured.average_order_value >= basket_bounds.high_amount
            then 'high_spender'
        when measured.average_order_value < basket_bounds.low_amount then 'not_ready'
        else 'regular'
    end as basket_tier,
    cast(measured.orders as integer) as lifetime_orders,
    measured.revenue as lifetime_revenue,
    measured.average_order_value,
    cast({{ rounded(
        'cast(measured.revenue_above as double) / cast(measured.all_revenue as double)', 6
    ) }} as decimal(9, 6)) as cumulative_revenue_share,
    measured.first_order_on,
    measured.last_order_on
from measured
cross join basket_bounds
