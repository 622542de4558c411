with refunds as (
    select * from {{ ref('base_shop__refunds_placed') }}
    where problem is null
)

select
    'shop' as source_system,
    refund_id,
    order_id,
    refund_amount,
    {{ to_business_date('refunded_at') }} as refunded_on,
    refunded_at
from refunds
