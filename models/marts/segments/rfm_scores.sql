{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    renewed={'column': 'period_end', 'by': 'int_rfm__rescored_periods'},
) }}
{{ comes_after('int_rfm__rescored_periods') }}

{%- set columns = [
    'rfm_cell', 'rfm_segment', 'recency_days', 'frequency', 'monetary', 'recency_score',
    'frequency_score', 'monetary_score', 'is_provisional', 'period_end',
] %}
with effective as (
    select * from {{ ref('int_rules__effective') }}
),

persons as (
    select * from {{ ref('int_segments__recorded_persons') }}
),

-- Of period ends before the rules changed: as they were told.
scored as (
    select
        scored.person_id,
        {%- for column in columns %}
        scored.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_rfm__scored') }} as scored
    cross join effective
    where
        effective.effective_on is null
        or scored.period_end >= effective.effective_on
    union all
    select
        persons.person_id,
        {%- for column in columns %}
        recorded.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
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
where {{ is_reopened('scored') }}
