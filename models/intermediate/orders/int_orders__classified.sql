-- Kept from run to run: anew are orders by contacts of which there are other orders,
-- other refunds or another person than before.
{{ config(
    materialized='incremental',
    incremental_strategy='changed_groups',
    group_by='contact_hash',
    on_schema_change='fail',
    pre_hook="{{ find_changed_groups(standing_by_contact(), told_standing_by_contact()) }}",
) }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

orders as (
    select
        orders.*,
        coalesce(orders.cancelled_on <= bounds.as_of_date, false) as is_cancelled
    from {{ ref('int_orders__unioned') }} as orders
    cross join bounds
    where orders.ordered_on <= bounds.as_of_date and {{ is_in_changed_group() }}
),

refunds as (
    select
        source_system,
        order_id,
        cast(count(*) as integer) as refunds,
        bit_xor({{ fact_of_refund() }}) as refunds_fingerprint,
        sum(effective_amount) as refunded_amount,
        min(case when is_refunded_in_full then takes_effect_on end) as refunded_on
    from {{ ref('int_refunds__effective') }}
    where {{ is_in_changed_group() }}
    group by source_system, order_id
),

owners as (
    select * from {{ ref('int_orders__owners') }}
),

judged as (
    select
        orders.source_system,
        orders.order_id,
        owners.person_id,
        orders.channel,
        orders.store_id,
        orders.payment_method,
        orders.coupon_code,
        orders.referrer_customer_id,
        orders.order_amount,
        orders.contact_hash,
        orders.version_hash,
        owners.owner_hash,
        {{ standing_of_order('orders.version_hash', 'orders.is_cancelled') }}
            as standing_hash,
        coalesce(refunds.refunds, 0) as refunds,
        refunds.refunds_fingerprint,
        refunds.refunded_amount,
        refunds.refunded_on,
        case
            when orders.is_test then 'test_order'
            when orders.order_amount = 0 then 'free_order'
            when orders.order_amount < 0 then 'negative_amount'
            when orders.status is null then null
            when orders.status in ({{ order_statuses('counted_order_statuses') }})
                then null
            -- What ended on a known day was not over before that day.
            when
                orders.status in ('cancelled', 'returned', 'refunded')
                and orders.cancelled_on is not null
                then null
            when orders.status in ({{ order_statuses('uncounted_order_statuses') }})
                then 'status_' || orders.status
            else 'unknown_status_' || orders.status
        end as exclusion,
        orders.ordered_on,
        case
            when orders.is_cancelled
                then greatest(orders.cancelled_on, orders.ordered_on)
        end as cancelled_on,
        orders.ordered_at
    from orders
    left join refunds
        on
            orders.order_id = refunds.order_id
            and orders.source_system = refunds.source_system
    left join owners
        on
            orders.contact_hash = owners.contact_hash
            and orders.source_system = owners.source_system
            and orders.customer_id is not distinct from owners.customer_id
            and orders.email_key is not distinct from owners.email_key
            and orders.phone_key is not distinct from owners.phone_key
)

select
    source_system,
    order_id,
    person_id,
    exclusion,
    case
        when cancelled_on <= coalesce(refunded_on, cancelled_on) then 'cancelled'
        when refunded_on is not null then 'refunded_in_full'
    end as end_reason,
    channel,
    store_id,
    payment_method,
    coupon_code,
    referrer_customer_id,
    order_amount,
    cast(coalesce(refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    ordered_on,
    least(cancelled_on, refunded_on) as counts_until,
    contact_hash,
    version_hash,
    owner_hash,
    standing_hash,
    refunds,
    refunds_fingerprint,
    ordered_at
from judged
