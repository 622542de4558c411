{%- set last_order_shares = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2] -%}
with histories as (
    select * from {{ ref('int_criteria__order_histories') }}
),

rates as (
    select * from {{ ref('int_criteria__order_rates') }}
),

-- How many times likelier the silence since the last order is of somebody who has
-- stopped buying than of somebody who goes on; beyond e to the 50 it changes nothing.
fitted as (
    select
        histories.person_id,
        histories.orders,
        histories.orders_last_90_days,
        (rates.prior_orders + histories.orders - 1)
        / (rates.prior_days + histories.observed_days) as orders_per_day,
        exp(least(
            (rates.prior_orders + histories.orders - 1) * ln(
                (rates.prior_days + histories.observed_days)
                / (rates.prior_days + histories.active_days)
            ), 50
        )) as silence_ratio
    from histories
    cross join rates
),

candidates as (
    {%- for share in last_order_shares %}
    {{ 'union all' if not loop.first }}
    select
        cast({{ share }} as double) as last_order_share,
        cast({{ share }} as double) / (1 - cast({{ share }} as double)) as stopping_odds
    {%- endfor %}
),

likelihoods as (
    select
        candidates.last_order_share,
        candidates.stopping_odds,
        sum(cast(round(1000000 * (
            fitted.orders * ln(1 - candidates.last_order_share)
            + ln(1 + candidates.stopping_odds * fitted.silence_ratio)
        )) as bigint)) as log_likelihood
    from fitted
    cross join candidates
    group by candidates.last_order_share, candidates.stopping_odds
),

ranked as (
    select
        stopping_odds,
        row_number() over (
            order by log_likelihood desc, last_order_share asc
        ) as likelihood_rank
    from likelihoods
)

select
    fitted.person_id,
    cast({{ rounded('(
        fitted.orders_last_90_days
        + 90 * fitted.orders_per_day
        / (1 + ranked.stopping_odds * fitted.silence_ratio)
    ) / 2', 4) }} as decimal(9, 4)) as expected_orders_next_90_days
from fitted
cross join ranked
where ranked.likelihood_rank = 1
