{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with moves as (
    select * from {{ reopened('int_lifecycle__moves') }}
),

order_days as (
    select * from {{ reopened('int_lifecycle__order_days') }}
),

orders as (
    select * from {{ reopened('int_orders__counted') }}
),

voids as (
    select distinct
        person_id,
        counts_until as voided_on
    from orders
    where counts_until is not null
),

-- The days on which each order is too old for a window.
aged_orders as (
    {%- for window in ['frequency', 'loyalty'] %}
    {{ 'union all' if not loop.first }}
    select
        person_id,
        ordered_on + {{ var(window ~ '_window_days') }} as left_on,
        counts_until
    from orders
    {%- endfor %}
),

-- Whose visit or cart expires on such a day: the order need not be the one that a group
-- hangs on, which the dates of the move know of.
left_windows as (
    select distinct
        moves.person_id,
        aged_orders.left_on
    from moves
    inner join aged_orders
        on
            moves.person_id = aged_orders.person_id
            and moves.migrated_on = aged_orders.left_on
    where
        moves.migrated_on in (moves.intent_until, moves.visit_until)
        and coalesce(aged_orders.counts_until > aged_orders.left_on, true)
),

visits as (
    select * from {{ reopened('int_web_events__visits') }}
),

persons as (
    select * from {{ reopened('int_persons__known') }}
),

explained as (
    select
        moves.person_id,
        moves.from_segment,
        moves.to_segment,
        moves.migrated_on,
        case
            when order_days.order_kind is not null then order_days.order_kind
            when voids.voided_on is not null then 'order_voided'
            when visits.has_intent then 'intent'
            when visits.visited_on is not null then 'visit'
            when persons.signed_up_on = moves.migrated_on then 'signed_up'
            when moves.recent_until = moves.migrated_on then 'lapsed'
            when moves.held_until = moves.migrated_on then 'hold_expired'
            when
                moves.migrated_on in (moves.frequent_until, moves.loyal_until)
                or left_windows.left_on is not null
                then 'order_left_window'
            when moves.intent_until = moves.migrated_on then 'intent_expired'
            when moves.visit_until = moves.migrated_on then 'visit_expired'
            else 'first_seen'
        end as reason
    from moves
    inner join persons on moves.person_id = persons.person_id
    left join order_days
        on
            moves.person_id = order_days.person_id
            and moves.migrated_on = order_days.ordered_on
    left join voids
        on
            moves.person_id = voids.person_id
            and moves.migrated_on = voids.voided_on
    left join left_windows
        on
            moves.person_id = left_windows.person_id
            and moves.migrated_on = left_windows.left_on
    left join visits
        on
            moves.person_id = visits.person_id
            and moves.migrated_on = visits.visited_on
)

select
    person_id,
    from_segment,
    to_segment,
    reason,
    lag(migrated_on) over in_order as previous_migrated_on,
    migrated_on,
    lead(migrated_on) over in_order as next_migrated_on
from explained
window in_order as (partition by person_id order by migrated_on asc)
