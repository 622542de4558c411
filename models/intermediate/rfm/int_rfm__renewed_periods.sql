{%- set values = source('last_run', 'int_rfm__values') %}
with periods as (
    select * from {{ ref('int_rfm__periods') }}
),

valued as (
    {% if was_left(values) -%}
    select
        period_number,
        is_provisional
    from {{ values }}
    {%- else -%}
    select
        period_number,
        is_provisional
    from periods
    where false
    {%- endif %}
),

-- The open period of the run before is over, or open again on another day.
bounds as (
    select
        least(
            coalesce(
                min(case when valued.is_provisional then valued.period_number end),
                max(valued.period_number) + 1,
                1
            ),
            last_period.period_number
        ) as first_number,
        greatest(
            coalesce(max(valued.period_number), 0), last_period.period_number
        ) as last_number
    from (select max(period_number) as period_number from periods) as last_period
    left join valued on true
    group by last_period.period_number
)

select {{ integers_between('first_number', 'last_number + 1') }} as period_number
from bounds
where first_number is not null
