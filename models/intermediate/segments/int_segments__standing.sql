{%- set parts = ['scheme', 'segment', 'province', 'source', 'device'] %}
with changes as (
    select * from {{ ref('int_segments__standing_changes') }}
),

month_ends as (
    select month_end
    from {{ ref('int_calendar__dates') }}
    where is_month_end
),

moves as (
    select * from {{ ref('int_segments__profile_moves') }}
),

seen as (
    select {{ parts | join(', ') }}, month_end from changes
    union all
    select {{ parts | join(', ') }}, month_end from moves
),

parts as (
    select
        scheme,
        segment,
        province,
        source,
        device,
        min(month_end) as first_month_end
    from seen
    group by scheme, segment, province, source, device
),

part_months as (
    select
        parts.*,
        month_ends.month_end
    from parts
    inner join month_ends on parts.first_month_end <= month_ends.month_end
),

totals as (
    select
        part_months.scheme,
        part_months.segment,
        part_months.province,
        part_months.source,
        part_months.device,
        part_months.month_end,
        coalesce(changes.departed, 0) as departed,
        sum(changes.persons_change) over so_far as persons,
        sum(changes.persons_change) over before as persons_before,
        sum(changes.reachable_change) over so_far as reachable,
        sum(changes.ever_buyers_change) over so_far as ever_buyers,
        sum(changes.one_time_change) over so_far as one_time_buyers
    from part_months
    left join changes
        on
            part_months.month_end = changes.month_end
            {%- for part in parts %}
            and part_months.{{ part }} = changes.{{ part }}
            {%- endfor %}
    window
        so_far as (
            partition by
                part_months.scheme, part_months.segment, part_months.province,
                part_months.source, part_months.device
            order by part_months.month_end asc
            rows between unbounded preceding and current row
        ),
        before as (
            partition by
                part_months.scheme, part_months.segment, part_months.province,
                part_months.source, part_months.device
            order by part_months.month_end asc
            rows between unbounded preceding and 1 preceding
        )
)

select
    scheme,
    segment,
    province,
    source,
    device,
    cast(coalesce(persons, 0) as bigint) as persons,
    cast(coalesce(persons_before, 0) as bigint) as persons_before,
    cast(coalesce(persons_before, 0) - departed as bigint) as retained,
    cast(coalesce(reachable, 0) as bigint) as reachable,
    cast(coalesce(ever_buyers, 0) as bigint) as ever_buyers,
    cast(coalesce(one_time_buyers, 0) as bigint) as one_time_buyers,
    month_end as period_end
from totals
