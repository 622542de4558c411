with bounds as (
    select as_of_date - {{ var('aware_window_days') }} as window_opened_after
    from {{ ref('int_calendar__bounds') }}
),

views as (
    select
        person_id,
        source_system,
        product_id,
        category,
        occurred_on as viewed_on
    from {{ ref('int_web_events__attributed') }}
    where
        event_type in ('product_view', 'add_to_cart')
        and (category is not null or product_id is not null)
),

products as (
    {{ union_systems('products') }}
),

weights as (
    select * from {{ ref('int_criteria__interest_weights') }}
),

weighted as (
    select
        views.person_id,
        coalesce(views.category, products.category) as category,
        weights.view_weight,
        views.viewed_on,
        case when views.viewed_on > bounds.window_opened_after then views.viewed_on end
            as viewed_lately_on
    from views
    cross join bounds
    inner join weights on views.viewed_on = weights.calendar_date
    left join products
        on
            views.product_id = products.product_id
            and views.source_system = products.source_system
)

select
    person_id,
    category,
    cast(count(*) as integer) as views,
    cast(sum(view_weight) as bigint) as view_interest,
    min(viewed_lately_on) as first_viewed_lately_on,
    max(viewed_on) as last_viewed_on
from weighted
where category is not null
group by person_id, category
