-- Share of one-time buyers: per month end, of the persons with an order in the last
-- rfm_window_days days, how many have exactly one; is_alarm where they are 80% or more,
-- the sign of a shop that lives on first orders. One row per month, the latest first;
-- the month of the as-of date stands there with what is known so far (is_open_month).
-- Under var rfm_period: week the last Sunday of each month stands for its end.
--
-- Run:    uv run dbt show --select one_time_buyer_share --limit -1
-- Or:     uv run dbt compile --select one_time_buyer_share, and paste the SQL.
with

month_ends as (

    select
        {{ dbt.date_trunc('month', 'period_end') }} as month_start,
        max(period_end) as period_end
    from {{ ref('rfm_scores') }}
    group by {{ dbt.date_trunc('month', 'period_end') }}

),

counted as (

    select
        month_ends.period_end,
        count_if(scores.frequency = 1) as one_time_buyers,
        count_if(scores.frequency >= 1) as buyers
    from month_ends
    inner join {{ ref('rfm_scores') }} as scores
        on month_ends.period_end = scores.period_end
    group by month_ends.period_end

),

final as (

    select
        period_end,
        cast(buyers as bigint) as buyers,
        cast(one_time_buyers as bigint) as one_time_buyers,
        cast(
            floor(one_time_buyers * 1000 / nullif(buyers, 0) + 0.5) / 1000
            as decimal(9, 3)
        ) as one_time_share,
        buyers > 0 and one_time_buyers * 100 >= buyers * 80 as is_alarm,
        period_end < {{ dbt.last_day('period_end', 'month') }}
        and period_end = max(period_end) over () as is_open_month
    from counted

)

select *
from final
order by period_end desc
