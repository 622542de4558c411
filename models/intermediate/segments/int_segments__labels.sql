with lifecycle_groups as (
    select * from {{ ref('lifecycle_groups') }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
    where preset = '{{ var("rfm_preset") }}'
),

-- Where persons stood under earlier rules, of a preset that is no longer in use.
left_segments as (
    select distinct moves.to_segment as segment
    from {{ ref('int_rules__recorded_moves') }} as moves
    left join rfm_segments on moves.to_segment = rfm_segments.segment
    where moves.scheme = 'rfm' and rfm_segments.segment is null
),

left_labels as (
    select
        left_segments.segment,
        min(other_presets.rank) as segment_rank,
        min_by(other_presets.label_en, other_presets.preset) as label_en,
        min_by(other_presets.label_vi, other_presets.preset) as label_vi,
        min_by(other_presets.description_en, other_presets.preset) as description_en,
        min_by(other_presets.description_vi, other_presets.preset) as description_vi
    from left_segments
    left join {{ ref('rfm_segments') }} as other_presets
        on left_segments.segment = other_presets.segment
    group by left_segments.segment
),

playbook as (
    select * from {{ ref('care_playbook') }}
    where scheme = 'lifecycle' or preset = '{{ var("rfm_preset") }}'
),

segments as (
    select
        'lifecycle' as scheme,
        segment,
        rank as segment_rank,
        label_en,
        label_vi,
        description_en,
        description_vi
    from lifecycle_groups
    union all
    select
        'rfm' as scheme,
        segment,
        rank as segment_rank,
        label_en,
        label_vi,
        description_en,
        description_vi
    from rfm_segments
    union all
    select
        'rfm' as scheme,
        segment,
        segment_rank,
        coalesce(label_en, segment) as label_en,
        coalesce(label_vi, segment) as label_vi,
        description_en,
        description_vi
    from left_labels
)

select
    segments.scheme,
    segments.segment,
    segments.segment_rank,
    segments.label_en,
    segments.label_vi,
    segments.description_en,
    segments.description_vi,
    playbook.goal_en,
    playbook.goal_vi,
    playbook.action,
    playbook.action_en,
    playbook.action_vi,
    playbook.channel,
    playbook.timing_en,
    playbook.timing_vi
from segments
left join playbook
    on
        segments.scheme = playbook.scheme
        and segments.segment = playbook.segment
