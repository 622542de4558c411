with bounds as (
    select as_of_date - {{ var('aware_window_days') }} as window_opened_after
    from {{ ref('int_calendar__bounds') }}
),

sessions as (
    select * from {{ ref('int_web_events__sessions') }}
),

orders as (
    select
        person_id,
        max(ordered_at) as last_order_at,
        -- An order at local midnight has no known time: it follows the day's events.
        max(
            case
                when {{ to_local_time('ordered_at') }} = cast(ordered_on as timestamp)
                    then ordered_on
            end
        ) as last_untimed_order_on
    from {{ ref('int_orders__counted') }}
    where counts_until is null
    group by person_id
),

unbought as (
    select * from {{ ref('int_criteria__unbought_views') }}
)

select
    sessions.person_id,
    unbought.categories as viewed_not_bought_categories,
    sessions.visits,
    sessions.sessions,
    coalesce(unbought.category_count, 0) as viewed_not_bought_count,
    sessions.last_visit_on,
    case
        when
            sessions.last_intent_on > bounds.window_opened_after
            and coalesce(orders.last_order_at < sessions.last_intent_at, true)
            and coalesce(orders.last_untimed_order_on < sessions.last_intent_on, true)
            then sessions.last_intent_on
    end as cart_abandoned_on
from sessions
cross join bounds
left join orders on sessions.person_id = orders.person_id
left join unbought on sessions.person_id = unbought.person_id
