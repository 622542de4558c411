with profiles as (
    select * from {{ ref('int_persons__profiles') }}
),

stores as (
    select * from {{ ref('int_stores__located') }}
),

homes as (
    select
        person_id,
        {{ earth_point('latitude', 'longitude') }}
    from profiles
    where {{ is_on_earth('latitude', 'longitude') }}
),

-- A whole number that orders by distance in whole millimetres, then by store: one
-- minimum finds both. Cut off and not rounded: that is done once, to the metre, below.
-- Twice the arc sine of half the chord is the arc, as in the haversine.
nearest as (
    select
        homes.person_id,
        min(
            cast(floor(
                2 * 6371008800 * asin(least(1, 0.5 * sqrt(
                    (homes.x - stores.x) * (homes.x - stores.x)
                    + (homes.y - stores.y) * (homes.y - stores.y)
                    + (homes.z - stores.z) * (homes.z - stores.z)
                )))
            ) as bigint) * 1000000 + stores.store_number
        ) as distance_and_store
    from homes
    cross join stores
    group by homes.person_id
)

select
    nearest.person_id,
    stores.store_id as nearest_store_id,
    cast(
        round((nearest.distance_and_store - stores.store_number) / 1000000 / 1000)
        / 1000 as decimal(9, 3)
    ) as distance_to_store_km
from nearest
inner join stores
    on nearest.distance_and_store % 1000000 = stores.store_number
