{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set churn, hold = var('churn_days'), var('former_hold_days') %}
{%- set frequent = var('frequent_min_orders') %}
{%- set loyal = var('loyal_min_orders') %}
{%- set never = "date '9999-12-31'" %}
with orders as (
    select
        person_id,
        ordered_on,
        counts_until
    from {{ reopened('int_orders__counted') }}
),

disturbed_persons as (
    select distinct person_id
    from orders
    where counts_until is not null
),

-- Nothing was ever voided: the k-th latest order is k - 1 rows back.
steady as (
    select
        orders.person_id,
        orders.ordered_on,
        lead(orders.ordered_on, 1, {{ never }}) over in_order as next_ordered_on,
        lag(orders.ordered_on, 1) over in_order as previous_ordered_on,
        case
            when lag(orders.ordered_on, 1) over in_order is not null then {{ never }}
        end as had_order_until,
        lag(orders.ordered_on, 1) over in_order + {{ churn }} as was_recent_until,
        {{ never }} as has_order_until,
        orders.ordered_on + {{ churn }} as recent_until,
        orders.ordered_on + {{ churn }} + {{ hold }} as held_until,
        lag(orders.ordered_on, {{ frequent }} - 1) over in_order
        + {{ var('frequency_window_days') }} as frequent_until,
        lag(orders.ordered_on, {{ loyal }} - 1) over in_order
        + {{ var('loyalty_window_days') }} as loyal_until
    from orders
    left join disturbed_persons on orders.person_id = disturbed_persons.person_id
    where disturbed_persons.person_id is null
    window in_order as (
        partition by orders.person_id
        order by orders.ordered_on asc
    )
),

-- An order leaves a window with its age or with its void, whichever is first.
leaving as (
    select
        orders.person_id,
        orders.ordered_on,
        coalesce(orders.counts_until, {{ never }}) as leaves_history_on,
        least(orders.counts_until, orders.ordered_on + {{ churn }})
            as leaves_recency_on,
        least(orders.counts_until, orders.ordered_on + {{ churn }} + {{ hold }})
            as leaves_hold_on,
        least(
            orders.counts_until,
            orders.ordered_on + {{ var('frequency_window_days') }}
        ) as leaves_frequency_on,
        least(orders.counts_until, orders.ordered_on + {{ var('loyalty_window_days') }})
            as leaves_loyalty_on
    from orders
    inner join disturbed_persons on orders.person_id = disturbed_persons.person_id
),

-- At least k orders are in a window until the k-th largest of their leaving dates.
disturbed as (
    select
        person_id,
        ordered_on,
        lead(ordered_on, 1, {{ never }}) over in_order as next_ordered_on,
        lag(ordered_on, 1) over in_order as previous_ordered_on,
        max(leaves_history_on) over before as had_order_until,
        max(leaves_recency_on) over before as was_recent_until,
        max(leaves_history_on) over so_far as has_order_until,
        max(leaves_recency_on) over so_far as recent_until,
        max(leaves_hold_on) over so_far as held_until,
        {{ kth_largest('leaves_frequency_on', frequent, 'so_far') }} as frequent_until,
        {{ kth_largest('leaves_loyalty_on', loyal, 'so_far') }} as loyal_until
    from leaving
    window
        in_order as (
            partition by person_id order by ordered_on asc, leaves_history_on asc
        ),
        before as (
            partition by person_id order by ordered_on asc, leaves_history_on asc
            rows between unbounded preceding and 1 preceding
        ),
        so_far as (
            partition by person_id order by ordered_on asc, leaves_history_on asc
            rows between unbounded preceding and current row
        )
)

select * from steady
union all
select * from disturbed
