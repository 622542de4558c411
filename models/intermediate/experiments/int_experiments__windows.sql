with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

horizons as (
    select
        *,
        starts_on + (horizon_days - 1) as horizon_ends_on
    from {{ ref('experiments') }}
),

measured as (
    select
        horizons.*,
        bounds.as_of_date,
        least(horizons.horizon_ends_on, bounds.as_of_date) as measured_on
    from horizons
    cross join bounds
    where horizons.starts_on <= bounds.as_of_date
)

select
    experiment_id,
    scheme,
    segment,
    audience,
    assigned_by,
    horizon_ends_on <= as_of_date as is_horizon_over,
    starts_on - ({{ days_between('starts_on', 'measured_on') }} + 1) as compared_from,
    starts_on - 1 as frozen_on,
    starts_on,
    -- Later assignments would change a result that is final.
    least(ends_on, measured_on) as assigned_until,
    measured_on
from measured
