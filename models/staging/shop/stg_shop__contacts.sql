with contacts as (
    {{ unique_rows('contacts') }}
)

select
    'shop' as source_system,
    contact_id,
    customer_id,
    lower(channel) as channel,
    campaign,
    outcome,
    {{ to_business_date('contacted_at') }} as contacted_on,
    contacted_at
from contacts
