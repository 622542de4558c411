with stays as (
    select * from {{ ref('int_segments__stays') }}
),

profiles as (
    select * from {{ ref('int_segments__profiles') }}
),

person_months as (
    select * from {{ ref('int_orders__monthly') }}
),

profile_names as (
    select
        profile_number,
        province,
        source,
        device
    from profiles
    group by profile_number, province, source, device
),

purchases as (
    select
        stays.scheme,
        stays.segment,
        profiles.profile_number,
        person_months.month_end,
        count(*) as buyers,
        sum(person_months.orders) as orders,
        sum(person_months.revenue) as revenue
    from person_months
    inner join profiles on person_months.person_id = profiles.person_id
    inner join stays
        on
            person_months.person_id = stays.person_id
            and person_months.month_end >= stays.from_month_end
            and (
                stays.until_month_end is null
                or person_months.month_end < stays.until_month_end
            )
    group by
        stays.scheme, stays.segment, profiles.profile_number, person_months.month_end
)

select
    purchases.scheme,
    purchases.segment,
    profile_names.province,
    profile_names.source,
    profile_names.device,
    purchases.month_end,
    purchases.buyers,
    purchases.orders,
    purchases.revenue
from purchases
inner join profile_names on purchases.profile_number = profile_names.profile_number
