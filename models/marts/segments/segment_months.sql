with standing as (
    select * from {{ ref('int_segments__standing') }}
),

moves as (
    select * from {{ ref('int_segments__profile_moves') }}
),

purchases as (
    select * from {{ ref('int_segments__profile_purchases') }}
),

combined as (
    select
        standing.*,
        coalesce(purchases.buyers, 0) as buyers,
        coalesce(purchases.orders, 0) as orders,
        coalesce(moves.entered, 0) as entered,
        coalesce(moves.left_count, 0) as left_count,
        coalesce(moves.moved_up, 0) as moved_up,
        coalesce(moves.moved_down, 0) as moved_down,
        coalesce(moves.lapsed, 0) as lapsed,
        coalesce(moves.won_back, 0) as won_back,
        coalesce(purchases.revenue, 0) as revenue
    from standing
    left join moves
        on
            standing.period_end = moves.month_end
            and standing.scheme = moves.scheme
            and standing.segment = moves.segment
            and standing.province = moves.province
            and standing.source = moves.source
            and standing.device = moves.device
    left join purchases
        on
            standing.period_end = purchases.month_end
            and standing.scheme = purchases.scheme
            and standing.segment = purchases.segment
            and standing.province = purchases.province
            and standing.source = purchases.source
            and standing.device = purchases.device
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
)

select
    combined.scheme,
    combined.segment,
    combined.province,
    combined.source,
    combined.device,
    combined.persons,
    combined.persons_before,
    combined.retained,
    combined.reachable,
    combined.ever_buyers,
    combined.one_time_buyers,
    cast(combined.buyers as bigint) as buyers,
    cast(combined.orders as bigint) as orders,
    cast(combined.entered as bigint) as entered,
    cast(combined.left_count as bigint) as left_count,
    cast(combined.moved_up as bigint) as moved_up,
    cast(combined.moved_down as bigint) as moved_down,
    cast(combined.lapsed as bigint) as lapsed,
    cast(combined.won_back as bigint) as won_back,
    cast(combined.revenue as decimal(28, 4)) as revenue,
    {{ is_provisional('combined.scheme', 'periods.is_provisional') }} as is_provisional,
    combined.period_end
from combined
left join periods on combined.period_end = periods.period_end
where combined.persons > 0 or combined.persons_before > 0 or combined.entered > 0
