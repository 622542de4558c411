-- Kept from run to run: to find the categories of all orders joins all their lines.
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

-- There are few different sets of categories: each is put into words once. Per order
-- only numbers are added up, which the engine can spill; lists it cannot.
sets as (
    select
        source_system,
        order_id,
        bit_xor({{ hash_of(['category']) }}) as set_xor,
        {{ sum_of_hashes(['category']) }} as set_sum
    from categories
    group by source_system, order_id
),

first_of_each as (
    select
        source_system,
        set_xor,
        set_sum,
        min(order_id) as order_id
    from sets
    group by source_system, set_xor, set_sum
),

worded as (
    select
        first_of_each.source_system,
        first_of_each.set_xor,
        first_of_each.set_sum,
        {{ sorted_text('categories.category') }} as categories
    from first_of_each
    inner join categories
        on
            first_of_each.order_id = categories.order_id
            and first_of_each.source_system = categories.source_system
    group by
        first_of_each.source_system, first_of_each.set_xor, first_of_each.set_sum
)

select
    orders.source_system,
    orders.order_id,
    worded.categories,
    orders.version_hash,
    orders.ordered_on,
    orders.loaded_at
from orders
left join sets
    on
        orders.order_id = sets.order_id
        and orders.source_system = sets.source_system
left join worded
    on
        sets.source_system = worded.source_system
        and sets.set_xor = worded.set_xor
        and sets.set_sum = worded.set_sum
