{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    renewed={'columns': ['person_id'], 'by': 'int_rfm__touched'},
) }}
{{ comes_after('int_rfm__touched') }}

with scored as (
    select * from {{ ref('int_rfm__scored') }}
    where {{ is_reopened() }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

followed as (
    select
        *,
        lag(rfm_segment) over in_order as previous_segment,
        lag(period_number) over in_order as previous_period_number,
        lead(period_number) over in_order as next_period_number
    from scored
    window in_order as (partition by person_id order by period_number asc)
),

changed as (
    select
        person_id,
        case
            when previous_period_number = period_number - 1 then previous_segment
            else 'interested'
        end as from_segment,
        rfm_segment as to_segment,
        period_number,
        previous_period_number is null as is_first_scored,
        recency_days,
        frequency,
        monetary,
        latest_order_on
    from followed
    where
        previous_period_number is null
        or previous_period_number < period_number - 1
        or previous_segment <> rfm_segment
),

-- Whose counted orders are all gone stands among the interested again.
unscored as (
    select
        followed.person_id,
        followed.rfm_segment as from_segment,
        'interested' as to_segment,
        periods.period_number,
        false as is_first_scored,
        cast(null as integer) as recency_days,
        cast(null as integer) as frequency,
        cast(null as decimal(18, 4)) as monetary,
        cast(null as date) as latest_order_on
    from followed
    inner join periods on followed.period_number + 1 = periods.period_number
    where
        followed.next_period_number is null
        or followed.next_period_number > followed.period_number + 1
),

moves as (
    select * from changed
    union all
    select * from unscored
)

select
    moves.*,
    periods.period_end as migrated_on,
    periods.previous_period_end,
    periods.is_provisional
from moves
inner join periods on moves.period_number = periods.period_number
