with lifecycle_groups as (
    select * from {{ ref('lifecycle_groups') }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
    where preset = '{{ var("rfm_preset") }}'
)

select
    'lifecycle' as scheme,
    segment,
    rank as segment_rank,
    label_en,
    label_vi,
    care_advice_en,
    care_advice_vi
from lifecycle_groups
union all
select
    'rfm' as scheme,
    segment,
    rank as segment_rank,
    label_en,
    label_vi,
    care_advice_en,
    care_advice_vi
from rfm_segments
