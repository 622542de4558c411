{{ config(materialized='view') }}

with orders as (
    select * from {{ ref('int_orders__counted') }}
    where counts_until is null and referrer_customer_id is not null
),

customers as (
    select
        source_system,
        identifier_value as customer_id,
        person_id
    from {{ ref('int_persons__resolved') }}
    where identifier_type = 'customer_id'
)

select
    customers.person_id,
    cast(count(distinct orders.person_id) as integer) as referred_buyers
from orders
inner join customers
    on
        orders.source_system = customers.source_system
        and orders.referrer_customer_id = customers.customer_id
where customers.person_id != orders.person_id
group by customers.person_id
