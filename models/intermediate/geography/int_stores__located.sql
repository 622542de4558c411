with stores as (
    {{ union_systems('stores') }}
)

select
    source_system,
    store_id,
    row_number() over (order by store_id asc, source_system asc) as store_number,
    {{ earth_point('latitude', 'longitude') }}
from stores
where {{ is_on_earth('latitude', 'longitude') }}
