{%- set edges = {'from_month_end': '', 'until_month_end': '-'} %}
with stays as (
    select * from {{ ref('int_segments__stays') }}
),

profiles as (
    select * from {{ ref('int_segments__profiles') }}
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

buying_states as (
    select * from {{ ref('int_orders__buying_states') }}
),

profiled as (
    select
        stays.person_id,
        stays.scheme,
        stays.segment,
        profiles.profile_number,
        profiles.is_reachable,
        stays.is_left,
        stays.from_month_end,
        stays.until_month_end
    from stays
    inner join profiles on stays.person_id = profiles.person_id
),

-- The months that a stay and a buying state have in common.
shared as (
    select
        profiled.scheme,
        profiled.segment,
        profiled.profile_number,
        buying_states.is_one_time,
        greatest(profiled.from_month_end, buying_states.from_month_end)
            as from_month_end,
        least(profiled.until_month_end, buying_states.until_month_end)
            as until_month_end
    from profiled
    inner join buying_states on profiled.person_id = buying_states.person_id
),

changes as (
    {%- for edge, sign in edges.items() %}
    {{ 'union all' if not loop.first }}
    select
        scheme,
        segment,
        profile_number,
        {{ edge }} as month_end,
        {{ sign }}count(*) as persons_change,
        {{ sign }}count_if(is_reachable) as reachable_change,
        0 as ever_buyers_change,
        0 as one_time_change,
        {{ 'count_if(is_left)' if sign else 0 }} as departed
    from profiled
    where {{ edge }} is not null
    group by scheme, segment, profile_number, {{ edge }}
    union all
    select
        scheme,
        segment,
        profile_number,
        {{ edge }} as month_end,
        0 as persons_change,
        0 as reachable_change,
        {{ sign }}count(*) as ever_buyers_change,
        {{ sign }}count_if(is_one_time) as one_time_change,
        0 as departed
    from shared
    where
        {{ edge }} is not null
        and (until_month_end is null or from_month_end < until_month_end)
    group by scheme, segment, profile_number, {{ edge }}
    {%- endfor %}
)

select
    changes.scheme,
    changes.segment,
    profile_names.province,
    profile_names.source,
    profile_names.device,
    changes.month_end,
    sum(changes.persons_change) as persons_change,
    sum(changes.reachable_change) as reachable_change,
    sum(changes.ever_buyers_change) as ever_buyers_change,
    sum(changes.one_time_change) as one_time_change,
    sum(changes.departed) as departed
from changes
inner join profile_names on changes.profile_number = profile_names.profile_number
group by
    changes.scheme,
    changes.segment,
    profile_names.province,
    profile_names.source,
    profile_names.device,
    changes.month_end
