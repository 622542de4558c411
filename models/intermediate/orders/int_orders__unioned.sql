-- Kept from run to run: many models read it, and the views behind it cut e-mails.
-- Contacts stand in it by their keys only.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ find_new_versions(union_systems('orders'), 'ordered_on') }}",
) }}

with new_orders as (
    {{ rows_to_compute(union_systems('orders')) }}
)

select
    source_system,
    order_id,
    customer_id,
    email_key,
    phone_key,
    status,
    channel,
    store_id,
    payment_method,
    coupon_code,
    referrer_customer_id,
    order_amount,
    {{ hash_of(['source_system', 'customer_id', 'email_key', 'phone_key']) }}
        as contact_hash,
    version_hash,
    is_test,
    ordered_on,
    cancelled_on,
    ordered_at,
    cast(coalesce(cast(loaded_at as date), ordered_on) as timestamp) as loaded_at
from new_orders
