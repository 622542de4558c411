{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with orders as (
    select * from {{ reopened('int_orders__counted') }}
    where counts_until is null
),

sales_channels as (
    select * from {{ ref('sales_channels') }}
),

classified as (
    select
        orders.person_id,
        coalesce(
            sales_channels.sales_channel,
            case when orders.store_id is not null then 'store' end
        ) as sales_channel
    from orders
    left join sales_channels on orders.channel = sales_channels.channel
),

counts as (
    select
        person_id,
        count(*) as orders,
        count_if(sales_channel = 'web') as web_orders,
        count_if(sales_channel = 'store') as store_orders,
        count_if(sales_channel = 'marketplace') as marketplace_orders
    from classified
    where sales_channel is not null
    group by person_id
)

select
    person_id,
    case
        when web_orders * 100 >= orders * 80 then 'web'
        when store_orders * 100 >= orders * 80 then 'store'
        when marketplace_orders * 100 >= orders * 80 then 'marketplace'
        else 'mixed'
    end as buys_on
from counts
