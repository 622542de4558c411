with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

order_days as (
    select distinct
        person_id,
        ordered_on
    from {{ ref('int_orders__counted') }}
    where counts_until is null
),

gaps as (
    select
        person_id,
        {{ days_between('lag(ordered_on) over person_days', 'ordered_on') }}
            as gap_days,
        ordered_on
    from order_days
    window person_days as (partition by person_id order by ordered_on asc)
),

shop_gaps as (
    select {{ middle_value('gap_days') }} as median_days
    from gaps
),

person_gaps as (
    select
        person_id,
        count(gap_days) as gaps,
        {{ middle_value('gap_days') }} as median_days,
        -- The standard deviation over the mean, without their common divisor.
        sqrt(cast(
            count(gap_days) * sum(cast(gap_days as bigint) * gap_days)
            - sum(gap_days) * sum(gap_days) as double
        )) / sum(gap_days) as variation,
        max(ordered_on) as last_order_on
    from gaps
    group by person_id
),

measured as (
    select
        person_gaps.person_id,
        person_gaps.gaps,
        person_gaps.median_days,
        case
            when person_gaps.gaps >= 2
                then cast(round(person_gaps.variation, 4) as decimal(9, 4))
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
    days_since_last_order,
    cast(round(days_since_last_order / usual_days, 4) as decimal(9, 4))
        as overdue_ratio,
    gaps = 0 as is_rhythm_borrowed
from measured
