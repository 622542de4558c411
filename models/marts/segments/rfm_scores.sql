{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    renewed={'column': 'period_end', 'by': 'int_rfm__rescored_periods'},
) }}
{{ comes_after('int_rfm__rescored_periods') }}

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
where {{ is_reopened('scored') }}
