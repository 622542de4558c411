with stays as (
    select * from {{ ref('int_segments__stays') }}
),

profiles as (
    select * from {{ ref('int_segments__profiles') }}
),

buying_states as (
    select * from {{ ref('int_orders__buying_states') }}
),

-- The months that a stay and a buying state have in common.
shared as (
    select
        stays.person_id,
        stays.scheme,
        stays.segment,
        buying_states.is_one_time,
        greatest(stays.from_month_end, buying_states.from_month_end) as from_month_end,
        least(
            coalesce(stays.until_month_end, buying_states.until_month_end),
            coalesce(buying_states.until_month_end, stays.until_month_end)
        ) as until_month_end
    from stays
    inner join buying_states on stays.person_id = buying_states.person_id
),

spans as (
    select
        person_id,
        scheme,
        segment,
        1 as persons,
        0 as ever_buyers,
        0 as one_time_buyers,
        is_left,
        from_month_end,
        until_month_end
    from stays
    union all
    select
        person_id,
        scheme,
        segment,
        0 as persons,
        1 as ever_buyers,
        case when is_one_time then 1 else 0 end as one_time_buyers,
        false as is_left,
        from_month_end,
        until_month_end
    from shared
    where until_month_end is null or from_month_end < until_month_end
),

changes as (
    select
        *,
        from_month_end as month_end,
        1 as sign,
        0 as departed
    from spans
    union all
    select
        *,
        until_month_end as month_end,
        -1 as sign,
        case when is_left then 1 else 0 end as departed
    from spans
    where until_month_end is not null
)

select
    changes.scheme,
    changes.segment,
    profiles.province,
    profiles.source,
    profiles.device,
    changes.month_end,
    sum(changes.sign * changes.persons) as persons_change,
    sum(
        case when profiles.is_reachable then changes.sign * changes.persons else 0 end
    ) as reachable_change,
    sum(changes.sign * changes.ever_buyers) as ever_buyers_change,
    sum(changes.sign * changes.one_time_buyers) as one_time_change,
    sum(changes.departed) as departed
from changes
inner join profiles on changes.person_id = profiles.person_id
group by
    changes.scheme,
    changes.segment,
    profiles.province,
    profiles.source,
    profiles.device,
    changes.month_end
