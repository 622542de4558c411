-- Per scheme, month end and segment, the parts of segment_months sum to what
-- segment_summary counts by another road.
with parts as (
    select
        scheme,
        period_end,
        segment,
        sum(persons) as persons,
        sum(persons_before) as persons_before,
        sum(entered) as entered,
        sum(left_count) as left_count,
        sum(orders) as orders,
        sum(revenue) as revenue
    from {{ ref('segment_months') }}
    group by scheme, period_end, segment
),

summary as (
    select * from {{ ref('segment_summary') }}
)

select
    summary.scheme,
    summary.period_end,
    summary.segment
from summary
left join parts
    on
        summary.scheme = parts.scheme
        and summary.period_end = parts.period_end
        and summary.segment = parts.segment
where
    summary.persons != coalesce(parts.persons, 0)
    or summary.entered != coalesce(parts.entered, 0)
    or summary.{{ adapter.quote('left') }} != coalesce(parts.left_count, 0)
    or summary.orders != coalesce(parts.orders, 0)
    or summary.revenue != coalesce(parts.revenue, 0)
    or parts.persons_before + parts.entered - parts.left_count != parts.persons
