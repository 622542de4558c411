with persons as (
    select * from {{ ref('int_persons__known') }}
),

profiles as (
    select * from {{ ref('int_persons__profiles') }}
),

purchases as (
    select
        person_id,
        count(*) as orders,
        sum(order_amount - refunded_amount) as revenue,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on
    from {{ ref('int_orders__counted') }}
    where counts_until is null
    group by person_id
)

select
    persons.person_id,
    profiles.gender,
    profiles.occupation,
    profiles.marital_status,
    profiles.income_band,
    profiles.city,
    profiles.province,
    profiles.country,
    cast(coalesce(purchases.orders, 0) as integer) as lifetime_orders,
    cast(coalesce(purchases.revenue, 0) as decimal(18, 4)) as lifetime_revenue,
    persons.is_anonymous,
    persons.is_reachable,
    coalesce(profiles.has_email_consent, false) as has_email_consent,
    coalesce(profiles.has_phone_consent, false) as has_phone_consent,
    coalesce(profiles.has_ads_consent, false) as has_ads_consent,
    persons.first_seen_on,
    persons.signed_up_on,
    purchases.first_order_on,
    purchases.last_order_on
from persons
left join profiles on persons.person_id = profiles.person_id
left join purchases on persons.person_id = purchases.person_id
