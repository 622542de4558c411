with windows as (
    select * from {{ ref('int_touches__windows') }}
),

first_touches as (
    select * from {{ ref('int_touches__credited') }}
    where position = 'first'
),

last_touches as (
    select * from {{ ref('int_touches__credited') }}
    where position = 'last'
),

costs as (
    select * from {{ ref('int_touches__costs') }}
)

select
    windows.person_id,
    coalesce(first_touches.source, 'direct') as first_touch_source,
    case when first_touches.person_id is null then 'none' else first_touches.medium end
        as first_touch_medium,
    first_touches.campaign as first_touch_campaign,
    coalesce(last_touches.source, 'direct') as last_touch_source,
    case when last_touches.person_id is null then 'none' else last_touches.medium end
        as last_touch_medium,
    last_touches.campaign as last_touch_campaign,
    costs.acquisition_cost
from windows
left join first_touches on windows.person_id = first_touches.person_id
left join last_touches on windows.person_id = last_touches.person_id
left join costs on windows.person_id = costs.person_id
