with scores as (
    select * from {{ ref('int_feedback__scores') }}
),

referrals as (
    select * from {{ ref('int_orders__referrals') }}
),

opinions as (
    select
        person_id,
        max(case when kind = 'nps' then last_score end) as last_nps,
        max(case when kind = 'csat' then average_score end) as csat_average,
        max(case when kind = 'review' then average_score end) as review_average
    from scores
    group by person_id
),

shop as (
    select count(*) > 0 as has_referrals
    from referrals
),

facts as (
    select
        coalesce(opinions.person_id, referrals.person_id) as person_id,
        opinions.last_nps,
        opinions.csat_average,
        opinions.review_average,
        case when shop.has_referrals then coalesce(referrals.referred_buyers, 0) end
            as referred_buyers
    from opinions
    full outer join referrals on opinions.person_id = referrals.person_id
    cross join shop
)

select
    person_id,
    case
        when last_nps >= 9 then 'promoter'
        when last_nps >= 7 then 'passive'
        when last_nps >= 0 then 'detractor'
    end as nps_band,
    cast(last_nps as integer) as last_nps,
    referred_buyers,
    csat_average,
    review_average,
    coalesce(last_nps >= 9, false) or coalesce(referred_buyers >= 1, false)
        as is_advocate
from facts
