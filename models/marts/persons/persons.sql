with persons as (
    select * from {{ ref('int_persons__known') }}
)

select
    persons.person_id,
    demographic.age_band,
    demographic.gender,
    demographic.occupation,
    demographic.marital_status,
    demographic.income_band,
    geographic.country,
    geographic.province,
    geographic.province_code,
    geographic.former_province,
    geographic.city,
    geographic.nearest_store_id,
    technographic.device_type,
    technographic.os,
    technographic.browser,
    channels.buys_on,
    time_of_day.preferred_hour_band,
    time_of_day.preferred_weekday,
    behaviour.viewed_not_bought_categories,
    interest.preferred_category,
    interest.second_category,
    rhythm.rhythm,
    value_tiers.value_tier,
    coalesce(value_tiers.basket_tier, 'not_ready') as basket_tier,
    loyalty.card_tier,
    satisfaction.nps_band,
    touches.first_touch_source,
    touches.first_touch_medium,
    touches.first_touch_campaign,
    touches.last_touch_source,
    touches.last_touch_medium,
    touches.last_touch_campaign,
    payment.preferred_payment_method,
    care.contact_status,
    demographic.age,
    geographic.distance_to_store_km,
    behaviour.visits,
    behaviour.sessions,
    behaviour.viewed_not_bought_count,
    interest.category_count,
    rhythm.median_days_between_orders,
    rhythm.interval_variation,
    rhythm.overdue_ratio,
    coalesce(value_tiers.lifetime_orders, 0) as lifetime_orders,
    cast(coalesce(value_tiers.lifetime_revenue, 0) as decimal(18, 4))
        as lifetime_revenue,
    margin.lifetime_margin,
    margin.margin_coverage,
    value_tiers.average_order_value,
    value_tiers.cumulative_revenue_share,
    expected_orders.expected_orders_next_90_days,
    loyalty.points_balance,
    satisfaction.last_nps,
    satisfaction.csat_average,
    satisfaction.review_average,
    satisfaction.referred_buyers,
    touches.acquisition_cost,
    payment.coupon_share,
    care.contacts_since_last_order,
    persons.is_anonymous,
    persons.is_reachable,
    coalesce(profiles.has_email_consent, false) as has_email_consent,
    coalesce(profiles.has_phone_consent, false) as has_phone_consent,
    coalesce(profiles.has_ads_consent, false) as has_ads_consent,
    geographic.is_within_delivery_radius,
    time_of_day.is_office_hours_visitor,
    interest.tries_new_products,
    rhythm.is_rhythm_borrowed,
    satisfaction.is_advocate,
    care.is_contact_due,
    persons.first_seen_on,
    persons.signed_up_on,
    value_tiers.first_order_on,
    value_tiers.last_order_on,
    behaviour.last_visit_on,
    behaviour.cart_abandoned_on,
    loyalty.member_since,
    care.last_contact_on
from persons
left join {{ ref('int_persons__profiles') }} as profiles
    on persons.person_id = profiles.person_id
left join {{ ref('int_criteria__demographic') }} as demographic
    on persons.person_id = demographic.person_id
left join {{ ref('int_criteria__geographic') }} as geographic
    on persons.person_id = geographic.person_id
left join {{ ref('int_criteria__technographic') }} as technographic
    on persons.person_id = technographic.person_id
left join {{ ref('int_criteria__channels') }} as channels
    on persons.person_id = channels.person_id
left join {{ ref('int_criteria__time') }} as time_of_day
    on persons.person_id = time_of_day.person_id
left join {{ ref('int_criteria__behaviour') }} as behaviour
    on persons.person_id = behaviour.person_id
left join {{ ref('int_criteria__interest') }} as interest
    on persons.person_id = interest.person_id
left join {{ ref('int_criteria__rhythm') }} as rhythm
    on persons.person_id = rhythm.person_id
left join {{ ref('int_criteria__value') }} as value_tiers
    on persons.person_id = value_tiers.person_id
left join {{ ref('int_criteria__margin') }} as margin
    on persons.person_id = margin.person_id
left join {{ ref('int_criteria__expected_orders') }} as expected_orders
    on persons.person_id = expected_orders.person_id
left join {{ ref('int_criteria__loyalty') }} as loyalty
    on persons.person_id = loyalty.person_id
left join {{ ref('int_criteria__satisfaction') }} as satisfaction
    on persons.person_id = satisfaction.person_id
left join {{ ref('int_criteria__source') }} as touches
    on persons.person_id = touches.person_id
left join {{ ref('int_criteria__payment') }} as payment
    on persons.person_id = payment.person_id
left join {{ ref('int_criteria__care') }} as care
    on persons.person_id = care.person_id
