{#- Beyond this shape the persons' rates differ by less than 3.2 %: all but equal. -#}
{%- set highest_shape = 1000 -%}
with histories as (
    select
        observed_days,
        orders - 1 as repeat_orders
    from {{ ref('int_criteria__order_histories') }}
),

-- Whole numbers: the order in which they are summed changes nothing.
sums as (
    select
        cast(sum(repeat_orders) as double) as all_orders,
        cast(sum(observed_days) as double) as all_days,
        cast(sum(repeat_orders * repeat_orders) as double) as orders_squared,
        cast(sum(repeat_orders * observed_days) as double) as orders_by_days,
        cast(sum(observed_days * observed_days) as double) as days_squared
    from histories
),

means as (
    select
        *,
        all_orders / nullif(all_days, 0) as mean_rate
    from sums
),

-- What the counts vary by beyond chance (the variance of a Poisson is its mean).
variances as (
    select
        mean_rate,
        (
            orders_squared
            - 2 * mean_rate * orders_by_days
            + mean_rate * mean_rate * days_squared
            - mean_rate * all_days
        ) / nullif(days_squared, 0) as rate_variance
    from means
    where mean_rate > 0
),

shapes as (
    select
        mean_rate,
        case
            when rate_variance * {{ highest_shape }} > mean_rate * mean_rate
                then mean_rate * mean_rate / rate_variance
            else cast({{ highest_shape }} as double)
        end as prior_orders
    from variances
)

select
    {{ rounded('prior_orders', 9) }} as prior_orders,
    {{ rounded('prior_orders / mean_rate', 9) }} as prior_days
from shapes
