{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    renewed={'columns': ['period_number'], 'by': 'int_rfm__renewed_periods'},
) }}
{{ comes_after('int_rfm__renewed_periods') }}

with changes as (
    select * from {{ reopened('int_rfm__window_changes') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

last_period as (
    select max(period_number) as period_number
    from periods
),

voided_orders as (
    select
        person_id,
        ordered_on,
        {{ integers_between('ordered_in', 'voided_in') }} as period_number
    from {{ reopened('int_rfm__voided_orders') }}
),

-- An order that was voided later was the latest one until then.
latest_voided as (
    select
        person_id,
        period_number,
        max(ordered_on) as latest_order_on
    from voided_orders
    group by person_id, period_number
),

running as (
    select
        person_id,
        period_number,
        lead(period_number) over in_order as next_period_number,
        sum(orders_change) over so_far as frequency,
        sum(revenue_change) over so_far as revenue,
        max(latest_order_on) over so_far as latest_order_on
    from changes
    window
        in_order as (partition by person_id order by period_number asc),
        so_far as (
            partition by person_id order by period_number asc
            rows between unbounded preceding and current row
        )
),

spread as (
    select
        running.person_id,
        running.frequency,
        running.revenue,
        running.latest_order_on,
        {{ integers_between(
            'running.period_number',
            'coalesce(running.next_period_number, last_period.period_number + 1)',
        ) }} as period_number
    from running
    cross join last_period
),

dated as (
    select
        spread.person_id,
        spread.period_number,
        cast(spread.frequency as integer) as frequency,
        case
            when '{{ var("monetary_measure") }}' = 'revenue'
                then cast(spread.revenue as decimal(18, 4))
            when spread.frequency > 0
                then {{ average_amount('spread.revenue', 'spread.frequency') }}
            else 0
        end as monetary,
        greatest(spread.latest_order_on, latest_voided.latest_order_on)
            as latest_order_on
    from spread
    left join latest_voided
        on
            spread.person_id = latest_voided.person_id
            and spread.period_number = latest_voided.period_number
){% if is_incremental() %},

-- To everybody else nothing happened: their values stay, only time goes by.
last_valued as (
    select
        least(max(valued.period_number), max(last_period.period_number))
            as period_number
    from {{ this }} as valued
    cross join last_period
),

carried as (
    select
        valued.person_id,
        renewed.period_number,
        valued.frequency,
        valued.monetary,
        valued.latest_order_on
    from {{ this }} as valued
    inner join last_valued on valued.period_number = last_valued.period_number
    cross join {{ ref('int_rfm__renewed_periods') }} as renewed
    where valued.person_id not in (select person_id from {{ ref('int_persons__touched') }})
){% endif %},

valued as (
    select * from dated
    {%- if is_incremental() %}
    union all
    select * from carried
    {%- endif %}
)

select
    valued.person_id,
    valued.period_number,
    {{ days_between('valued.latest_order_on', 'periods.period_end') }} as recency_days,
    valued.frequency,
    valued.monetary,
    periods.is_provisional,
    periods.period_end,
    valued.latest_order_on
from valued
inner join periods on valued.period_number = periods.period_number
where valued.latest_order_on is not null
