-- Every lifecycle group and every segment of every preset has exactly one row in the
-- playbook, without an empty cell, and the playbook knows no other. A row here is what
-- is missing, unknown, repeated or left empty.
with segments as (
    select
        'lifecycle' as scheme,
        '' as preset,
        segment
    from {{ ref('lifecycle_groups') }}
    union all
    select
        'rfm' as scheme,
        preset,
        segment
    from {{ ref('rfm_segments') }}
),

playbook as (
    select
        scheme,
        coalesce(preset, '') as preset,
        segment,
        count(*) as entries,
        {%- for column in [
            'goal_en', 'goal_vi', 'action', 'action_en', 'action_vi', 'channel',
            'timing_en', 'timing_vi'
        ] %}
        count(nullif(trim({{ column }}), '')) {{ '+' if not loop.last }}
        {%- endfor %} as filled_cells
    from {{ ref('care_playbook') }}
    group by scheme, coalesce(preset, ''), segment
)

select
    coalesce(segments.scheme, playbook.scheme) as scheme,
    coalesce(segments.preset, playbook.preset) as preset,
    coalesce(segments.segment, playbook.segment) as segment,
    case
        when playbook.segment is null then 'missing in care_playbook'
        when segments.segment is null then 'no such segment'
        when playbook.entries > 1 then 'stands there twice'
        else 'has an empty cell'
    end as problem
from segments
full join playbook
    on
        segments.scheme = playbook.scheme
        and segments.preset = playbook.preset
        and segments.segment = playbook.segment
where
    playbook.segment is null
    or segments.segment is null
    or playbook.entries > 1
    or playbook.filled_cells < 8
