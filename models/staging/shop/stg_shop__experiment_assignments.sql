with assignments as (
    {{ unique_rows('experiment_assignments') }}
)

select
    'shop' as source_system,
    experiment_id,
    customer_id,
    variant,
    {{ to_business_date('assigned_at') }} as assigned_on,
    assigned_at
from assignments
