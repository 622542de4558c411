-- A table of what the segments and criteria need: several models read it, and the view
-- behind it parses the raw files.
with events as (
    {{ union_systems('web_events') }}
),

addressed as (
    select
        *,
        nullif(split_part(split_part(
            case
                when referrer_url like '%://%' then split_part(referrer_url, '://', 2)
                else referrer_url
            end, '/', 1
        ), ':', 1), '') as referring_host,
        case
            when page_url like '%://%'
                then split_part(
                    split_part(split_part(page_url, '://', 2), '/', 1), ':', 1
                )
        end as own_host
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
        when lower(referring_host) != coalesce(lower(own_host), '')
            then lower(referring_host)
    end as referrer_host,
    device_type,
    os,
    browser,
    event_type in ('add_to_cart', 'checkout') as has_intent,
    occurred_on,
    occurred_at
from addressed
