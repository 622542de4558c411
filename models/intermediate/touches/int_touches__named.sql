{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with events as (
    select
        person_id,
        utm_source,
        utm_medium,
        utm_campaign,
        occurred_on,
        occurred_at,
        case when utm_source is null then referrer_host end as naming_host
    from {{ reopened_web_events() }}
    where utm_source is not null or referrer_host is not null
),

known_hosts as (
    select * from {{ ref('referrer_hosts') }}
),

hosts as (
    select naming_host
    from events
    where naming_host is not null
    group by naming_host
),

matched as (
    select
        hosts.naming_host,
        known_hosts.source,
        known_hosts.medium,
        row_number() over (
            partition by hosts.naming_host
            order by length(known_hosts.host_part) desc, known_hosts.host_part asc
        ) as match_number
    from hosts
    cross join known_hosts
    where contains(
        '.' || hosts.naming_host || '.', '.' || known_hosts.host_part || '.'
    )
),

names as (
    select * from matched
    where match_number = 1
),

touches as (
    select
        events.person_id,
        coalesce(
            events.utm_source,
            names.source,
            case
                when events.naming_host like 'www.%' then substr(events.naming_host, 5)
                else events.naming_host
            end
        ) as source,
        case
            when events.utm_source is not null then events.utm_medium
            else coalesce(names.medium, 'referral')
        end as medium,
        case when events.utm_source is not null then events.utm_campaign end
            as campaign,
        events.occurred_on as touched_on,
        events.occurred_at as touched_at
    from events
    left join names on events.naming_host = names.naming_host
)

select * from touches
where medium is null or medium != 'ignored'
