-- Kept from run to run: putting texts in order takes longer than all else about orders.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ find_new_versions(
        'select * from ' ~ ref('int_orders__unioned'), 'ordered_on') }}",
) }}

with orders as (
    {{ rows_to_compute('select * from ' ~ ref('int_orders__unioned')) }}
),

items as (
    {{ union_systems('order_items') }}
),

products as (
    {{ union_systems('products') }}
),

categories as (
    select distinct
        orders.source_system,
        orders.order_id,
        products.category
    from orders
    inner join items
        on
            orders.order_id = items.order_id
            and orders.source_system = items.source_system
    inner join products
        on
            items.product_id = products.product_id
            and items.source_system = products.source_system
    where products.category is not null
),

listed as (
    select
        source_system,
        order_id,
        {{ sorted_text('category') }} as categories
    from categories
    group by source_system, order_id
)

select
    orders.source_system,
    orders.order_id,
    listed.categories,
    orders.version_hash,
    orders.ordered_on,
    orders.loaded_at
from orders
left join listed
    on
        orders.order_id = listed.order_id
        and orders.source_system = listed.source_system
