with spend as (
    {{ unique_rows('ad_spend') }}
)

select
    'shop' as source_system,
    utm_source,
    utm_campaign,
    spend,
    clicks,
    impressions,
    spend_date
from spend
