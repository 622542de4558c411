with feedback as (
    {{ unique_rows('feedback') }}
)

select
    'shop' as source_system,
    feedback_id,
    customer_id,
    lower(kind) as kind,
    comment,
    score,
    {{ to_business_date('submitted_at') }} as submitted_on,
    submitted_at
from feedback
