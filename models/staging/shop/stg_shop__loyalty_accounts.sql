with accounts as (
    {{ unique_rows('loyalty_accounts') }}
)

select
    'shop' as source_system,
    customer_id,
    card_number,
    tier,
    points_balance,
    {{ to_business_date('joined_at') }} as joined_on,
    joined_at
from accounts
