with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

dates as (
    select * from {{ ref('int_calendar__dates') }}
),

aged as (
    select
        dates.calendar_date,
        power(
            cast(0.5 as double),
            {{ days_between('dates.calendar_date', 'bounds.as_of_date') }}
            / cast({{ var('interest_half_life_days') }} as double)
        ) as remaining_share
    from dates
    cross join bounds
)

select
    calendar_date,
    cast(
        round(1000000 * {{ var('interest_view_weight') }} * remaining_share) as bigint
    ) as view_weight,
    cast(
        round(
            1000000 * {{ var('interest_purchase_weight') }} * remaining_share
        ) as bigint
    ) as purchase_weight
from aged
