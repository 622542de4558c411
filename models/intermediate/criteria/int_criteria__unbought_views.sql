with bounds as (
    select as_of_date - {{ var('aware_window_days') }} as window_opened_after
    from {{ ref('int_calendar__bounds') }}
),

views as (
    select
        viewed_days.person_id,
        viewed_days.category,
        min(viewed_days.viewed_on) as first_viewed_on
    from {{ ref('int_web_events__viewed_days') }} as viewed_days
    cross join bounds
    where viewed_days.viewed_on > bounds.window_opened_after
    group by viewed_days.person_id, viewed_days.category
),

purchases as (
    select
        days.person_id,
        days.category,
        max(days.bought_on) as last_bought_on
    from {{ ref('int_orders__category_days') }} as days
    cross join bounds
    where days.counted_items > 0 and days.bought_on > bounds.window_opened_after
    group by days.person_id, days.category
),

unbought as (
    select
        views.person_id,
        views.category
    from views
    left join purchases
        on
            views.person_id = purchases.person_id
            and views.category = purchases.category
    where
        purchases.last_bought_on is null
        or purchases.last_bought_on < views.first_viewed_on
)

select
    person_id,
    {{ sorted_text(listed_text('category')) }} as categories,
    cast(count(*) as integer) as category_count
from unbought
group by person_id
