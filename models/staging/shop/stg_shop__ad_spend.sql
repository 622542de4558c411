with spend as (
    {{ unique_rows('ad_spend') }}
)

select
    'shop' as source_system,
    lower(utm_source) as utm_source,
    lower(utm_campaign) as utm_campaign,
    spend,
    clicks,
    impressions,
    spend_date
from spend
