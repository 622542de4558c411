with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

audiences as (
    select * from {{ ref('audiences') }}
),

persons as (
    select
        *,
        -- Two narrow decimals are multiplied in 18 digits, 8 of them after the point.
        cast(
            cast(expected_orders_next_90_days as decimal(28, 4)) * average_order_value
            as decimal(18, 4)
        ) as expected_revenue
    from {{ ref('persons') }}
),

members as (
    select * from {{ ref('audience_members') }}
    where is_current
),

counted as (
    select
        members.audience,
        count(*) as persons,
        count(case when members.is_capped then 1 end) as persons_capped,
        count(case
            when members.has_channel_consent and not members.is_capped then 1
        end) as persons_to_contact,
        count_if(persons.is_reachable and persons.has_email_consent) as by_email,
        count_if(persons.is_reachable and persons.has_phone_consent) as by_phone,
        count_if(persons.is_reachable and persons.has_ads_consent) as by_ads,
        count(persons.expected_revenue) as persons_with_forecast,
        sum(case
            when persons.expected_revenue is not null
                then persons.expected_orders_next_90_days
        end) as expected_orders,
        sum(persons.expected_revenue) as expected_revenue
    from members
    inner join persons on members.person_id = persons.person_id
    group by members.audience
)

select
    audiences.audience,
    audiences.label_en,
    audiences.label_vi,
    audiences.goal_en,
    audiences.goal_vi,
    audiences.care_advice_en,
    audiences.care_advice_vi,
    audiences.channel,
    audiences.frequency_cap,
    audiences.window_days,
    coalesce(counted.persons, 0) as persons,
    coalesce(counted.persons_capped, 0) as persons_capped,
    coalesce(counted.persons_to_contact, 0) as persons_to_contact,
    {%- for channel in ['email', 'phone', 'ads'] %}
    {{ share_of('counted.by_' ~ channel, 'counted.persons') }}
        as {{ channel }}_reachable_share,
    {%- endfor %}
    coalesce(counted.persons_with_forecast, 0) as persons_with_forecast,
    cast(counted.expected_orders as decimal(18, 4)) as expected_orders_next_90_days,
    cast(counted.expected_revenue as decimal(18, 4)) as expected_revenue_next_90_days,
    bounds.as_of_date
from audiences
cross join bounds
left join counted on audiences.audience = counted.audience
where bounds.as_of_date is not null
