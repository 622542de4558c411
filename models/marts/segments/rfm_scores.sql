with scored as (
    select * from {{ ref('int_rfm__scored') }}
)

select
    person_id,
    rfm_cell,
    rfm_segment,
    recency_days,
    frequency,
    monetary,
    cast(recency_score as integer) as recency_score,
    cast(frequency_score as integer) as frequency_score,
    cast(monetary_score as integer) as monetary_score,
    is_provisional,
    period_end
from scored
