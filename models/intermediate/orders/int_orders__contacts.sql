-- Kept from run to run, as int_web_events__identifiers is.
{{ config(
    materialized='incremental',
    incremental_strategy='changed_groups',
    group_by='contact_hash',
    on_schema_change='fail',
    pre_hook="{{ find_changed_groups(orders_by_contact(), rows_by_group('orders')) }}",
) }}

with orders as (
    select * from {{ ref('int_orders__unioned') }}
    where {{ is_in_changed_group() }}
)

select
    source_system,
    customer_id,
    email_key,
    phone_key,
    contact_hash,
    {{ earliest_of('order_id', 'ordered_at') }} as first_order_id,
    cast(count(*) as bigint) as orders,
    bit_xor(version_hash) as fingerprint,
    min(ordered_on) as first_ordered_on,
    min(ordered_at) as first_ordered_at
from orders
group by source_system, customer_id, email_key, phone_key, contact_hash
