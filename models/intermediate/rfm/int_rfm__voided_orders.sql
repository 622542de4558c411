{{ config(materialized='incremental', incremental_strategy='reopened') }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
    where counts_until is not null
),

dates as (
    select * from {{ ref('int_rfm__dates') }}
)

select
    orders.person_id,
    orders.ordered_on,
    ordered.period_number as ordered_in,
    voided.period_number as voided_in
from orders
inner join dates as ordered on orders.ordered_on = ordered.calendar_date
inner join dates as voided on orders.counts_until = voided.calendar_date
