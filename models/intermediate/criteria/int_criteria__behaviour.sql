with bounds as (
    select as_of_date - {{ var('aware_window_days') }} as window_opened_after
    from {{ ref('int_calendar__bounds') }}
),

visits as (
    select
        person_id,
        count(*) as visits,
        max(visited_on) as last_visit_on
    from {{ ref('int_web_events__visits') }}
    group by person_id
),

half_hours as (
    select
        *,
        lag(last_at) over (
            partition by person_id
            order by slot_number asc
        ) as previous_last_at
    from {{ ref('int_web_events__half_hours') }}
),

sittings as (
    select
        person_id,
        count_if(
            previous_last_at is null
            or first_at > previous_last_at
            + interval '{{ var("session_minutes") }}' minute
        ) as sessions,
        max(last_intent_at) as last_intent_at,
        {{ to_business_date('max(last_intent_at)') }} as last_intent_on
    from half_hours
    group by person_id
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
    visits.person_id,
    unbought.categories as viewed_not_bought_categories,
    cast(visits.visits as integer) as visits,
    cast(sittings.sessions as integer) as sessions,
    coalesce(unbought.category_count, 0) as viewed_not_bought_count,
    visits.last_visit_on,
    case
        when
            sittings.last_intent_on > bounds.window_opened_after
            and coalesce(orders.last_order_at < sittings.last_intent_at, true)
            and coalesce(orders.last_untimed_order_on < sittings.last_intent_on, true)
            then sittings.last_intent_on
    end as cart_abandoned_on
from visits
cross join bounds
inner join sittings on visits.person_id = sittings.person_id
left join orders on visits.person_id = orders.person_id
left join unbought on visits.person_id = unbought.person_id
