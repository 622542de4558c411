with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

migrations as (
    select * from {{ ref('int_segments__migrations') }}
    where next_migrated_on is null
),

lifecycle as (
    select * from migrations
    where scheme = 'lifecycle'
),

rfm as (
    select * from migrations
    where scheme = 'rfm'
),

scored as (
    select scored.*
    from {{ ref('int_rfm__scored') }} as scored
    inner join bounds on scored.period_end = bounds.as_of_date
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

upcoming as (
    select * from {{ ref('upcoming_migrations') }}
)

select
    lifecycle.person_id,
    lifecycle.to_segment as lifecycle_group,
    lifecycle_labels.label_en as lifecycle_label_en,
    lifecycle_labels.label_vi as lifecycle_label_vi,
    lifecycle_labels.action as lifecycle_action,
    lifecycle_labels.action_en as lifecycle_action_en,
    lifecycle_labels.action_vi as lifecycle_action_vi,
    lifecycle_labels.channel as lifecycle_channel,
    lifecycle.reason as lifecycle_reason,
    coalesce(scored.rfm_cell, '000') as rfm_cell,
    rfm.to_segment as rfm_segment,
    rfm_labels.label_en as rfm_label_en,
    rfm_labels.label_vi as rfm_label_vi,
    rfm_labels.action as rfm_action,
    rfm_labels.action_en as rfm_action_en,
    rfm_labels.action_vi as rfm_action_vi,
    rfm_labels.channel as rfm_channel,
    upcoming.next_group,
    scored.recency_days,
    coalesce(scored.frequency, 0) as frequency,
    cast(coalesce(scored.monetary, 0) as decimal(18, 4)) as monetary,
    case
        when scored.frequency = 0 then null
        when '{{ var("monetary_measure") }}' = 'average_order_value'
            then scored.monetary
        else cast({{ rounded(
            'cast(scored.monetary as double) / scored.frequency', 4
        ) }} as decimal(18, 4))
    end as average_order_value,
    cast(coalesce(scored.recency_score, 0) as integer) as recency_score,
    cast(coalesce(scored.frequency_score, 0) as integer) as frequency_score,
    cast(coalesce(scored.monetary_score, 0) as integer) as monetary_score,
    rfm.is_provisional as is_rfm_provisional,
    bounds.as_of_date,
    lifecycle.migrated_on as lifecycle_since,
    rfm.migrated_on as rfm_since,
    upcoming.change_on as next_change_on
from lifecycle
cross join bounds
inner join rfm on lifecycle.person_id = rfm.person_id
inner join labels as lifecycle_labels
    on
        lifecycle.to_segment = lifecycle_labels.segment
        and lifecycle_labels.scheme = 'lifecycle'
inner join labels as rfm_labels
    on
        rfm.to_segment = rfm_labels.segment
        and rfm_labels.scheme = 'rfm'
left join scored on lifecycle.person_id = scored.person_id
left join upcoming on lifecycle.person_id = upcoming.person_id
