with migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

profiles as (
    select * from {{ ref('int_segments__profiles') }}
),

ranked as (
    select
        migrations.*,
        to_labels.segment_rank - from_labels.segment_rank as climb
    from migrations
    inner join labels as to_labels
        on
            migrations.scheme = to_labels.scheme
            and migrations.to_segment = to_labels.segment
    left join labels as from_labels
        on
            migrations.scheme = from_labels.scheme
            and migrations.from_segment = from_labels.segment
),

sides as (
    select
        person_id,
        scheme,
        month_end,
        to_segment as segment,
        1 as entered,
        0 as left_count,
        0 as climb,
        null as reason
    from ranked
    union all
    select
        person_id,
        scheme,
        month_end,
        from_segment as segment,
        0 as entered,
        1 as left_count,
        climb,
        reason
    from ranked
    where from_segment is not null
)

select
    sides.scheme,
    sides.segment,
    profiles.province,
    profiles.source,
    profiles.device,
    sides.month_end,
    sum(sides.entered) as entered,
    sum(sides.left_count) as left_count,
    count_if(sides.climb > 0) as moved_up,
    count_if(sides.climb < 0) as moved_down,
    count_if(coalesce(sides.reason = 'lapsed', false)) as lapsed,
    count_if(coalesce(sides.reason = 'win_back_order', false)) as won_back
from sides
inner join profiles on sides.person_id = profiles.person_id
group by
    sides.scheme,
    sides.segment,
    profiles.province,
    profiles.source,
    profiles.device,
    sides.month_end
