-- Who has orders has a first and a last one, in that order, not before they became
-- known; who has none has no dates and no revenue, and no revenue is negative.
with persons as (
    select * from {{ ref('persons') }}
)

select
    person_id,
    lifetime_orders,
    lifetime_revenue,
    first_seen_on,
    first_order_on,
    last_order_on
from persons
where
    (lifetime_orders = 0) <> (first_order_on is null)
    or (lifetime_orders = 0) <> (last_order_on is null)
    or first_order_on > last_order_on
    or first_seen_on > first_order_on
    or (lifetime_orders = 1 and first_order_on <> last_order_on)
    or (lifetime_orders = 0 and lifetime_revenue <> 0)
    or lifetime_revenue < 0
