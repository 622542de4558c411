with products as (
    {{ unique_rows('products') }}
)

select
    'shop' as source_system,
    product_id,
    product_name,
    category,
    brand,
    unit_cost,
    content_hash,
    {{ to_business_date('launched_at') }} as launched_on
from products
