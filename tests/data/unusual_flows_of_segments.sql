-- In the last finished month as many persons entered and left each segment as in the
-- `alert_periods` months before, give or take `alert_deviations` standard deviations.
-- (A count that varies by chance alone deviates by its square root, so a quiet segment
-- is given that much.) A row here is a segment to look into, or a change of rules.
{{ config(severity='warn') }}

{%- set periods = var('alert_periods') %}

with months as (
    select
        month_end,
        row_number() over (order by month_end desc) as months_ago
    from {{ ref('int_calendar__dates') }}
    where is_full_month_end
),

summary as (
    select * from {{ ref('segment_summary') }}
),

flows as (
    {%- for flow in ['entered', 'left'] %}
    select
        summary.scheme,
        summary.segment,
        '{{ flow }}' as flow,
        summary.{{ adapter.quote(flow) }} as persons,
        months.months_ago,
        months.month_end
    from summary
    inner join months on summary.period_end = months.month_end
    where months.months_ago <= {{ periods }} + 1
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

sums as (
    select
        scheme,
        segment,
        flow,
        max(month_end) as month_end,
        sum(case when months_ago = 1 then persons end) as persons,
        sum(case when months_ago > 1 then persons end) as total,
        sum(case when months_ago > 1 then persons * persons end) as total_of_squares
    from flows
    group by scheme, segment, flow
    having count(*) = {{ periods }} + 1
),

bands as (
    select
        *,
        cast(total as double) / {{ periods }} as usual_persons,
        greatest(
            sqrt(
                cast({{ periods }} * total_of_squares - total * total as double)
                / (cast({{ periods }} as double) * ({{ periods }} - 1))
            ),
            sqrt(cast(total as double) / {{ periods }})
        ) as deviation
    from sums
)

select
    scheme,
    segment,
    flow,
    month_end,
    persons,
    usual_persons,
    deviation,
    persons || ' persons ' || flow || ' `' || segment || '` (' || scheme
    || ') in the month up to ' || month_end || '; usual are '
    || cast(usual_persons as bigint) || '.' as message
from bands
where abs(persons - usual_persons) > {{ var('alert_deviations') }} * deviation
