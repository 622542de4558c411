with events as (
    {{ unique_rows('web_events') }}
)

select
    'shop' as source_system,
    event_id,
    anonymous_id,
    customer_id,
    lower(event_type) as event_type,
    page_url,
    product_id,
    category,
    referrer_url,
    lower(utm_source) as utm_source,
    lower(utm_medium) as utm_medium,
    lower(utm_campaign) as utm_campaign,
    lower(device_type) as device_type,
    lower(os) as os,
    lower(browser) as browser,
    content_hash,
    {{ to_business_date('occurred_at') }} as occurred_on,
    occurred_at,
    loaded_at
from events
