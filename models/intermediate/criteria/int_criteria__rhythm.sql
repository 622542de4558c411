with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

person_gaps as (
    select * from {{ ref('int_orders__rhythms') }}
),

shop_gaps as (
    select {{ middle_value('gap_days') }} as median_days
    from {{ ref('int_orders__sequenced') }}
),

measured as (
    select
        person_gaps.person_id,
        person_gaps.gaps,
        person_gaps.median_days,
        case
            when person_gaps.gaps >= 2
                then cast({{ rounded('person_gaps.variation', 4) }} as decimal(9, 4))
        end as interval_variation,
        coalesce(person_gaps.median_days, shop_gaps.median_days) as usual_days,
        {{ days_between('person_gaps.last_order_on', 'bounds.as_of_date') }}
            as days_since_last_order
    from person_gaps
    cross join shop_gaps
    cross join bounds
)

select
    person_id,
    case
        when gaps = 0 then 'single'
        when median_days <= {{ var('rhythm_frequent_days') }} then 'frequent'
        when interval_variation <= {{ var('rhythm_fixed_variation') }}
            then 'fixed_interval'
        else 'rare'
    end as rhythm,
    cast(median_days as decimal(9, 1)) as median_days_between_orders,
    interval_variation,
    cast({{ rounded('days_since_last_order / usual_days', 4) }} as decimal(9, 4))
        as overdue_ratio,
    gaps = 0 as is_rhythm_borrowed
from measured
