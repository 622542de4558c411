{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    renewed={'columns': ['person_id'], 'by': 'int_rfm__touched'},
) }}
{{ comes_after('int_rfm__touched') }}

with moves as (
    select * from {{ ref('int_rfm__moves') }}
    where {{ is_reopened() }}
),

previous_cuts as (
    select * from {{ ref('int_rfm__cuts_by_period') }}
),

grid as (
    select * from {{ ref('rfm_segment_grid') }}
    where preset = '{{ var("rfm_preset") }}'
),

voided_orders as (
    select * from {{ ref('int_rfm__voided_orders') }}
),

dates as (
    select * from {{ ref('int_rfm__dates') }}
),

orders as (
    select * from {{ ref('int_orders__counted') }}
    where refunded_amount > 0
),

refunds as (
    select * from {{ ref('int_refunds__effective') }}
    where effective_amount > 0
),

short_lived_purchases as (
    select distinct
        person_id,
        ordered_in as period_number
    from voided_orders
),

refunded_periods as (
    select
        person_id,
        voided_in as period_number
    from voided_orders
    union
    select
        orders.person_id,
        dates.period_number
    from refunds
    inner join orders
        on
            refunds.order_id = orders.order_id
            and refunds.source_system = orders.source_system
    inner join dates on refunds.takes_effect_on = dates.calendar_date
    where
        orders.counts_until is null
        or refunds.takes_effect_on <= orders.counts_until
),

rescored as (
    select
        moves.*,
        {{ rfm_scores('moves', 'previous_cuts') }}
    from moves
    left join previous_cuts on moves.period_number - 1 = previous_cuts.period_number
)

select
    rescored.person_id,
    rescored.from_segment,
    rescored.to_segment,
    case
        when rescored.from_segment = 'interested' then 'first_order'
        when
            rescored.to_segment <> 'interested'
            and grid.segment = rescored.from_segment
            then 'threshold_shift'
        when
            rescored.latest_order_on > rescored.previous_period_end
            or short_lived_purchases.person_id is not null
            then 'purchase'
        when refunded_periods.person_id is not null then 'refund'
        else 'decay'
    end as reason,
    rescored.is_first_scored,
    rescored.is_provisional,
    rescored.migrated_on
from rescored
left join grid
    on
        rescored.recency_grid_score = grid.recency_score
        and rescored.frequency_grid_score = grid.frequency_score
        and rescored.monetary_grid_score = grid.monetary_score
left join short_lived_purchases
    on
        rescored.person_id = short_lived_purchases.person_id
        and rescored.period_number = short_lived_purchases.period_number
left join refunded_periods
    on
        rescored.person_id = refunded_periods.person_id
        and rescored.period_number = refunded_periods.period_number
