with stores as (
    {{ union_systems('stores') }}
),

placed as (
    select
        store_id,
        min(latitude) as latitude,
        min(longitude) as longitude
    from stores
    where {{ is_on_earth('latitude', 'longitude') }}
    group by store_id
)

select
    store_id,
    row_number() over (order by store_id asc) as store_number,
    {{ earth_point('latitude', 'longitude') }}
from placed
