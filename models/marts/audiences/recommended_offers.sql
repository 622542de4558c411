{%- set offers = 3 %}
with persons as (
    select * from {{ ref('persons') }}
),

prices as (
    select * from {{ ref('int_offers__prices') }}
),

interested as (
    select
        person_id,
        preferred_category
    from persons
    where preferred_category is not null
),

-- Of the category that each person prefers: the others are not offered.
bought as (
    select
        purchases.person_id,
        prices.price_rank
    from {{ ref('int_offers__purchases') }} as purchases
    inner join prices
        on
            purchases.source_system = prices.source_system
            and purchases.product_id = prices.product_id
    inner join interested
        on
            purchases.person_id = interested.person_id
            and prices.category = interested.preferred_category
),

bought_by_person as (
    select
        person_id,
        count(*) as products
    from bought
    group by person_id
),

-- Who bought n products of the category finds three others among its n + 3 cheapest.
wanted as (
    select
        interested.person_id,
        interested.preferred_category,
        coalesce(bought_by_person.products, 0) + {{ offers }} as products
    from interested
    left join bought_by_person on interested.person_id = bought_by_person.person_id
),

candidates as (
    select
        wanted.person_id,
        prices.category,
        prices.price_rank
    from wanted
    inner join prices
        on
            wanted.preferred_category = prices.category
            and wanted.products >= prices.price_rank
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.person_id
            order by candidates.price_rank asc
        ) as offer_rank
    from candidates
    left join bought
        on
            candidates.person_id = bought.person_id
            and candidates.price_rank = bought.price_rank
    where bought.person_id is null
)

select
    ranked.person_id,
    prices.source_system,
    prices.product_id,
    prices.product_name,
    prices.category,
    cast(ranked.offer_rank as integer) as offer_rank,
    prices.unit_price
from ranked
inner join prices
    on
        ranked.category = prices.category
        and ranked.price_rank = prices.price_rank
where ranked.offer_rank <= {{ offers }}
