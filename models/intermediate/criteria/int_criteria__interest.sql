{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with launches as (
    select count(launched_on) > 0 as are_known
    from ({{ union_systems('products') }}) as products
),

signs as (
    select
        person_id,
        category,
        cast({{ var('interest_view_weight') }} as double) * views as weight,
        cast(null as boolean) as is_new_product,
        cast(null as date) as bought_on,
        viewed_on as shown_on
    from {{ reopened('int_web_events__viewed_days') }}
    union all
    select
        person_id,
        category,
        cast({{ var('interest_purchase_weight') }} as double) * counted_items
            as weight,
        has_new_product as is_new_product,
        bought_on,
        bought_on as shown_on
    from {{ reopened('int_orders__category_days') }}
    where counted_items > 0
),

-- Aged until the person's last sign of interest: later days would take as much off all
-- of them, and change nothing.
aged as (
    select
        *,
        {{ days_between('shown_on', 'max(shown_on) over (partition by person_id)') }}
            as age_days
    from signs
),

summed as (
    select
        person_id,
        category,
        sum(cast(round(
            1000000 * weight
            * power(
                cast(0.5 as double),
                age_days / cast({{ var('interest_half_life_days') }} as double)
            )
        ) as bigint)) as interest,
        bool_or(is_new_product) as has_new_product,
        max(bought_on) as last_bought_on,
        max(shown_on) as last_shown_on
    from aged
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
