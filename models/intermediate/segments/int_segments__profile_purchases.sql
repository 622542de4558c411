with stays as (
    select * from {{ ref('int_segments__stays') }}
),

profiles as (
    select * from {{ ref('int_segments__profiles') }}
),

person_months as (
    select * from {{ ref('int_orders__monthly') }}
)

select
    stays.scheme,
    stays.segment,
    profiles.province,
    profiles.source,
    profiles.device,
    person_months.month_end,
    count(*) as buyers,
    sum(person_months.orders) as orders,
    sum(person_months.revenue) as revenue
from person_months
inner join stays
    on
        person_months.person_id = stays.person_id
        and person_months.month_end >= stays.from_month_end
        and (
            stays.until_month_end is null
            or person_months.month_end < stays.until_month_end
        )
inner join profiles on person_months.person_id = profiles.person_id
group by
    stays.scheme,
    stays.segment,
    profiles.province,
    profiles.source,
    profiles.device,
    person_months.month_end
