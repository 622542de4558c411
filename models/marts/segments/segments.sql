with labels as (
    select * from {{ ref('int_segments__labels') }}
)

select
    scheme,
    segment,
    label_en,
    label_vi,
    description_en,
    description_vi,
    goal_en,
    goal_vi,
    action,
    action_en,
    action_vi,
    channel,
    timing_en,
    timing_vi,
    cast(segment_rank as integer) as segment_rank
from labels
