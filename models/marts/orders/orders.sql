{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    tells='facts',
    of_nobody=true,
) }}

with orders as (
    select * from {{ reopened('int_orders__classified') }}
),

categories as (
    select * from {{ ref('int_orders__categories') }}
)

select
    orders.source_system,
    orders.order_id,
    orders.person_id,
    case
        when orders.exclusion is not null then orders.exclusion
        when orders.person_id is null then 'unattributed'
        when orders.counts_until <= orders.ordered_on then orders.end_reason
        else 'counted'
    end as standing,
    orders.end_reason,
    categories.categories,
    orders.order_amount,
    orders.refunded_amount,
    orders.ordered_on,
    orders.counts_until
from orders
left join categories
    on
        orders.order_id = categories.order_id
        and orders.source_system = categories.source_system
