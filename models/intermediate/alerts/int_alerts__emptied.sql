with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

flows as (
    select * from {{ ref('int_segments__monthly_flows') }}
),

last_month_end as (
    select max(flows.period_end) as period_end
    from flows
    cross join bounds
    where flows.period_end < bounds.as_of_date
),

standing as (
    select
        scheme,
        segment,
        sum(entered - left_count) as persons
    from {{ ref('int_segments__profile_moves') }}
    group by scheme, segment
)

select
    flows.scheme,
    flows.segment,
    flows.persons as previous_persons,
    bounds.as_of_date as period_end
from flows
cross join bounds
inner join last_month_end on flows.period_end = last_month_end.period_end
left join standing
    on
        flows.scheme = standing.scheme
        and flows.segment = standing.segment
where flows.persons > 0 and coalesce(standing.persons, 0) = 0
