with flows as (
    select * from {{ ref('int_segments__monthly_flows') }}
),

seasons as (
    select * from {{ ref('int_seasons__compared') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

purchases as (
    select
        scheme,
        month_end as period_end,
        segment,
        sum(orders) as orders,
        sum(revenue) as revenue
    from {{ ref('int_segments__profile_purchases') }}
    group by scheme, month_end, segment
),

combined as (
    select
        flows.*,
        cast(coalesce(purchases.orders, 0) as bigint) as orders,
        cast(coalesce(purchases.revenue, 0) as decimal(28, 4)) as revenue,
        sum(flows.persons) over month_of_scheme as all_persons,
        sum(coalesce(purchases.revenue, 0)) over month_of_scheme as all_revenue
    from flows
    left join purchases
        on
            flows.scheme = purchases.scheme
            and flows.period_end = purchases.period_end
            and flows.segment = purchases.segment
    window month_of_scheme as (partition by flows.scheme, flows.period_end)
)

select
    combined.scheme,
    combined.segment,
    seasons.season,
    seasons.season_en,
    seasons.season_vi,
    combined.persons,
    cast(combined.persons as double) / nullif(cast(combined.all_persons as double), 0)
        as share_of_persons,
    combined.entered,
    combined.left_count as {{ adapter.quote('left') }},
    combined.orders,
    combined.revenue,
    cast(combined.revenue as double) / nullif(cast(combined.all_revenue as double), 0)
        as revenue_share,
    cast({{ rounded(
        'cast(combined.revenue as double) / nullif(combined.orders, 0)', 4
    ) }} as decimal(18, 4)) as average_order_value,
    before.persons as previous_season_persons,
    before.orders as previous_season_orders,
    before.revenue as previous_season_revenue,
    combined.scheme = 'rfm' and coalesce(periods.is_provisional, false)
        as is_provisional,
    combined.period_end,
    seasons.previous_month_end as previous_season_end
from combined
left join seasons on combined.period_end = seasons.month_end
left join periods on combined.period_end = periods.period_end
left join combined as before
    on
        combined.scheme = before.scheme
        and combined.segment = before.segment
        and seasons.previous_month_end = before.period_end
