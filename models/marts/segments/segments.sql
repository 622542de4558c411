with labels as (
    select * from {{ ref('int_segments__labels') }}
)

select
    scheme,
    segment,
    label_en,
    label_vi,
    action,
    action_en,
    action_vi,
    channel,
    cast(segment_rank as integer) as segment_rank
from labels
