with lifecycle_groups as (
    select * from {{ ref('lifecycle_groups') }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
    where preset = '{{ var("rfm_preset") }}'
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
        label_vi
    from lifecycle_groups
    union all
    select
        'rfm' as scheme,
        segment,
        rank as segment_rank,
        label_en,
        label_vi
    from rfm_segments
)

select
    segments.scheme,
    segments.segment,
    segments.segment_rank,
    segments.label_en,
    segments.label_vi,
    playbook.action,
    playbook.action_en,
    playbook.action_vi,
    playbook.channel
from segments
left join playbook
    on
        segments.scheme = playbook.scheme
        and segments.segment = playbook.segment
