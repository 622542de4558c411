-- Kept from run to run: cutting addresses and writing events anew is most of the work.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ find_new_versions(
        versioned_web_events(), 'cast(occurred_at as date)') }}",
) }}

with new_events as (
    {{ rows_to_compute(versioned_web_events()) }}
),

addressed as (
    select
        *,
        {{ host_of('referrer_url') }} as referrer_host,
        case when referrer_url is not null then {{ host_of('page_url') }} end
            as page_host
    from new_events
)

select
    source_system,
    event_id,
    anonymous_id,
    customer_id,
    event_type,
    coalesce(category, product_category) as category,
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
    {{ hash_of(['source_system', 'anonymous_id']) }} as browser_hash,
    version_hash,
    occurred_on,
    occurred_at,
    cast(coalesce(cast(loaded_at as date), cast(occurred_at as date)) as timestamp)
        as loaded_at
from addressed
