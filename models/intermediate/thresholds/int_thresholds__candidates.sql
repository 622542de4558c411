{%- set in_force = [
    ('churn_days', var('churn_days')),
    ('frequency_window_days', var('frequency_window_days')),
    ('loyalty_window_days', var('loyalty_window_days')),
    ('overdue_ratio', 1),
] %}
with in_force as (
    {%- for threshold, amount in in_force %}
    select
        '{{ threshold }}' as threshold,
        cast({{ amount }} as decimal(18, 4)) as value_in_force
    union all
    {%- endfor %}
    select
        'vip_revenue' as threshold,
        lower_bound as value_in_force
    from {{ ref('rfm_fixed_thresholds') }}
    -- Revenue tells nothing of a cut of averages.
    where
        preset = 'store'
        and factor = 'monetary'
        and score = 2
        and '{{ var("monetary_measure") }}' = 'revenue'
),

steps as (
    select {{ integers_between('1', '25') }} as step
),

scales as (
    select
        step,
        cast(power(10, floor((step - 1) / 3)) as bigint) as scale
    from steps
),

candidates as (
    select
        'churn_days' as threshold,
        cast(15 * step as decimal(18, 4)) as candidate
    from steps
    union all
    select
        'overdue_ratio' as threshold,
        cast(step * 0.25 as decimal(18, 4)) as candidate
    from steps
    union all
    select
        'frequency_window_days' as threshold,
        cast(30 * step as decimal(18, 4)) as candidate
    from steps
    union all
    select
        'loyalty_window_days' as threshold,
        cast(30 * step as decimal(18, 4)) as candidate
    from steps
    union all
    -- 10, 20, 50, 100, ...
    select
        'vip_revenue' as threshold,
        cast(
            10 * scale * case step % 3 when 1 then 1 when 2 then 2 else 5 end
            as decimal(18, 4)
        ) as candidate
    from scales
    union distinct
    select
        threshold,
        value_in_force as candidate
    from in_force
)

select
    candidates.threshold,
    candidates.candidate,
    in_force.value_in_force
from candidates
inner join in_force on candidates.threshold = in_force.threshold
