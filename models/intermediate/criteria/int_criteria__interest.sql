with weights as (
    select * from {{ ref('int_criteria__interest_weights') }}
),

launches as (
    select count(launched_on) > 0 as are_known
    from ({{ union_systems('products') }}) as products
),

interests as (
    select
        person_id,
        category,
        view_interest as interest,
        cast(null as boolean) as is_new_product,
        cast(null as date) as bought_on,
        last_viewed_on as shown_on
    from {{ ref('int_web_events__category_views') }}
    union all
    select
        days.person_id,
        days.category,
        days.counted_items * weights.purchase_weight as interest,
        days.has_new_product as is_new_product,
        days.bought_on,
        days.bought_on as shown_on
    from {{ ref('int_orders__category_days') }} as days
    inner join weights on days.bought_on = weights.calendar_date
    where days.counted_items > 0
),

summed as (
    select
        person_id,
        category,
        sum(interest) as interest,
        bool_or(is_new_product) as has_new_product,
        max(bought_on) as last_bought_on,
        max(shown_on) as last_shown_on
    from interests
    group by person_id, category
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id
            order by
                category is null asc, interest desc, last_shown_on desc, category asc
        ) as category_rank
    from summed
)

select
    ranked.person_id,
    max(case when ranked.category_rank = 1 then ranked.category end)
        as preferred_category,
    max(case when ranked.category_rank = 2 then ranked.category end)
        as second_category,
    cast(
        count(case when ranked.last_bought_on is not null then ranked.category end)
        as integer
    ) as category_count,
    case when launches.are_known then bool_or(ranked.has_new_product) end
        as tries_new_products
from ranked
cross join launches
group by ranked.person_id, launches.are_known
