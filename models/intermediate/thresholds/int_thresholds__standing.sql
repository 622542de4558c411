with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

vip_rules as (
    select
        max(case when factor = 'frequency' and score = 4 then lower_bound end)
            as vip_orders,
        -max(case when factor = 'recency' and score = 2 then lower_bound end)
            as vip_days
    from {{ ref('rfm_fixed_thresholds') }}
    where preset = 'store'
),

loyal as (
    select person_id
    from {{ ref('int_segments__migrations') }}
    where
        scheme = 'lifecycle'
        and to_segment = 'loyal'
        and next_migrated_on is null
),

ages as (
    select
        orders.*,
        {{ days_between('orders.ordered_on', 'bounds.as_of_date') }} as age_days
    from {{ ref('int_orders__sequenced') }} as orders
    cross join bounds
),

buyers as (
    select
        person_id,
        min(age_days) as silent_days,
        max(
            case
                when place_from_last = {{ var('frequent_min_orders') }} then age_days
            end
        ) as frequent_age,
        max(
            case
                when place_from_last = {{ var('loyal_min_orders') }} then age_days
            end
        ) as loyal_age,
        count(case when age_days < {{ var('rfm_window_days') }} then 1 end)
            as window_orders,
        sum(
            case when age_days < {{ var('rfm_window_days') }} then net_amount else 0 end
        ) as window_revenue
    from ages
    group by person_id
)

select
    buyers.person_id,
    buyers.silent_days,
    rhythms.overdue_ratio,
    -- The smallest window that makes them frequent or loyal, if a window decides it.
    case
        when buyers.silent_days < {{ var('churn_days') }} and loyal.person_id is null
            then buyers.frequent_age + 1
    end as frequent_window,
    case
        when buyers.silent_days < {{ var('churn_days') }} then buyers.loyal_age + 1
    end as loyal_window,
    case
        when
            buyers.window_orders > vip_rules.vip_orders
            and buyers.silent_days < vip_rules.vip_days
            then cast(buyers.window_revenue as decimal(18, 4))
    end as vip_revenue
from buyers
cross join vip_rules
left join loyal on buyers.person_id = loyal.person_id
left join {{ ref('int_criteria__rhythm') }} as rhythms
    on buyers.person_id = rhythms.person_id
