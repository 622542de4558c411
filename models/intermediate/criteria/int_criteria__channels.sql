{%- set kinds = ['web', 'store', 'marketplace'] -%}
with orders as (
    select
        counted.person_id,
        orders.channel,
        orders.store_id
    from {{ ref('int_orders__counted') }} as counted
    inner join {{ ref('int_orders__unioned') }} as orders
        on
            counted.order_id = orders.order_id
            and counted.source_system = orders.source_system
    where counted.counts_until is null
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
        {%- for kind in kinds %}
        count_if(sales_channel = '{{ kind }}') as {{ kind }}_orders
        {{- ',' if not loop.last }}
        {%- endfor %}
    from classified
    where sales_channel is not null
    group by person_id
)

select
    person_id,
    case
        {%- for kind in kinds %}
        when {{ kind }}_orders * 100 >= orders * 80 then '{{ kind }}'
        {%- endfor %}
        else 'mixed'
    end as buys_on
from counts
