-- Kept from run to run, and in clear: where contacts may stand. Their keys are made
-- here: cutting and hashing e-mails takes longer than all that is done with orders.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    schema='restricted',
    pre_hook="{{ find_new_versions(
        rated_orders(), 'ordered_on', ['order_id', 'items_amount', 'items_hash'],
        rated_orders(new_versions())) }}",
) }}

with new_orders as (
    {{ rows_to_compute(rated_orders()) }}
),

phones as (
    select * from {{ ref('base_shop__phones') }}
),

normalised as (
    select
        *,
        {{ normalised_email('email') }} as normalised_email
    from new_orders
),

converted as (
    select
        normalised.*,
        {{ contact_key('email', 'normalised.email', 'normalised.normalised_email') }}
            as email_key,
        case
            when normalised.phone like 'erased:%' then normalised.phone
            else phones.phone_key
        end as phone_key,
        {{ order_value(
            'normalised.total_amount', 'normalised.items_amount',
            'normalised.exchange_rate'
        ) }} as order_amount
    from normalised
    left join phones on md5(normalised.phone) = phones.phone_hash
),

judged as (
    select
        *,
        case
            when total_amount is null and items_amount is null then 'missing_amount'
            when exchange_rate is null then 'unknown_currency'
            when order_amount is null then 'amount_too_large'
        end as problem
    from converted
)

select
    order_id,
    customer_id,
    email,
    phone,
    email_key,
    phone_key,
    status,
    channel,
    store_id,
    payment_method,
    currency,
    order_currency,
    coupon_code,
    referrer_customer_id,
    total_amount,
    exchange_rate,
    order_amount,
    record_key,
    raw_row,
    -- Whoever asks for it wants to show what is wrong.
    case when problem is not null then row_hash end as row_hash,
    version_hash,
    {{ version_of([
        'content_hash', 'exchange_rate', 'items_hash', 'email_key', 'phone_key',
    ]) }} as order_version_hash,
    problem,
    case
        when problem = 'unknown_currency' then 'currency'
        when problem is not null then 'total_amount'
    end as problem_column,
    is_test,
    ordered_on,
    cancelled_on,
    ordered_at,
    cancelled_at,
    loaded_at
from judged
