-- A table of what the models need: several read it, and the view behind it parses the
-- raw files.
with events as (
    {{ union_systems('web_events') }}
),

addressed as (
    select
        *,
        {{ host_of('referrer_url') }} as referrer_host,
        case when referrer_url is not null then {{ host_of('page_url') }} end
            as page_host
    from events
)

select
    source_system,
    event_id,
    anonymous_id,
    customer_id,
    event_type,
    product_id,
    category,
    utm_source,
    utm_medium,
    utm_campaign,
    case
        when
            referrer_host like '%_._%'
            and referrer_host not like '% %'
            and (page_host is null or page_host != referrer_host)
            then referrer_host
    end as referrer_host,
    device_type,
    os,
    browser,
    event_type in ('add_to_cart', 'checkout') as has_intent,
    occurred_on,
    occurred_at
from addressed
