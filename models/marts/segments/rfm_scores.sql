{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    renewed={'columns': ['person_id', 'period_end'], 'by': 'int_rfm__rescored'},
) }}
{{ comes_after('int_rfm__rescored') }}

with effective as (
    select * from {{ ref('int_rules__effective') }}
),

persons as (
    select * from {{ ref('int_segments__recorded_persons') }}
),

-- Of period ends before the rules changed, scores are as they were told.
scored as (
    select
        scored.person_id,
        scored.rfm_cell,
        scored.rfm_segment,
        scored.recency_days,
        scored.frequency,
        scored.monetary,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        scored.is_provisional,
        scored.period_end
    from {{ ref('int_rfm__scored') }} as scored
    cross join effective
    where
        effective.effective_on is null
        or scored.period_end >= effective.effective_on
    union all
    select
        persons.person_id,
        recorded.rfm_cell,
        recorded.rfm_segment,
        recorded.recency_days,
        recorded.frequency,
        recorded.monetary,
        recorded.recency_score,
        recorded.frequency_score,
        recorded.monetary_score,
        recorded.is_provisional,
        recorded.period_end
    from {{ ref('int_rules__recorded_scores') }} as recorded
    inner join effective on recorded.period_end < effective.effective_on
    inner join persons on recorded.person_id = persons.recorded_person_id
    where not recorded.is_provisional
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
where {{ is_reopened() }}
