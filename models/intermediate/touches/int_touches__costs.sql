{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

ad_spend as (
    {{ union_systems('ad_spend') }}
),

windows as (
    select * from {{ ref('int_touches__windows') }}
),

touches as (
    select * from {{ ref('int_touches__credited') }}
    where position = 'last'
),

spend as (
    select
        ad_spend.utm_source as source,
        ad_spend.utm_campaign as campaign,
        cast({{ dbt.date_trunc('month', 'ad_spend.spend_date') }} as date)
            as month_start,
        sum(ad_spend.spend) as spend
    from ad_spend
    cross join bounds
    where ad_spend.spend_date <= bounds.as_of_date
    group by
        ad_spend.utm_source,
        ad_spend.utm_campaign,
        cast({{ dbt.date_trunc('month', 'ad_spend.spend_date') }} as date)
),

buyers as (
    select
        windows.person_id,
        touches.source,
        touches.campaign,
        cast({{ dbt.date_trunc('month', 'windows.first_order_on') }} as date)
            as month_start
    from windows
    inner join touches on windows.person_id = touches.person_id
    where windows.first_order_on is not null
),

shared as (
    select
        *,
        count(*) over (partition by source, campaign, month_start) as new_buyers
    from buyers
)

select
    shared.person_id,
    {{ average_amount('spend.spend', 'shared.new_buyers') }} as acquisition_cost
from shared
inner join spend
    on
        shared.source = spend.source
        and shared.campaign = spend.campaign
        and shared.month_start = spend.month_start
