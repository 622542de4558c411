with stores as (
    {{ unique_rows('stores') }}
)

select
    'shop' as source_system,
    store_id,
    store_name,
    city,
    latitude,
    longitude
from stores
