{{ config(enabled='online_retail' in items_of('source_systems')) }}

with refunds as (
    select
        order_id,
        concat_ws('/', cancellation_id, order_id) as refund_id,
        cast(sum(cancelled_amount) as decimal(18, 4)) as refund_amount,
        cancelled_at as refunded_at
    from {{ ref('base_online_retail__matched_cancellations') }}
    where order_id is not null
    group by cancellation_id, order_id, cancelled_at
)

select
    'online_retail' as source_system,
    refund_id,
    order_id,
    refund_amount,
    {{ to_business_date('refunded_at') }} as refunded_on,
    refunded_at
from refunds
