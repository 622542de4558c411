with migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

profiles as (
    select * from {{ ref('int_segments__profiles') }}
),

profile_names as (
    select
        profile_number,
        province,
        source,
        device
    from profiles
    group by profile_number, province, source, device
),

moves as (
    select
        migrations.scheme,
        migrations.from_segment,
        migrations.to_segment,
        migrations.reason,
        profiles.profile_number,
        migrations.month_end,
        count(*) as persons
    from migrations
    inner join profiles on migrations.person_id = profiles.person_id
    group by
        migrations.scheme,
        migrations.from_segment,
        migrations.to_segment,
        migrations.reason,
        profiles.profile_number,
        migrations.month_end
),

ranked as (
    select
        moves.*,
        to_labels.segment_rank - from_labels.segment_rank as climb
    from moves
    inner join labels as to_labels
        on
            moves.scheme = to_labels.scheme
            and moves.to_segment = to_labels.segment
    left join labels as from_labels
        on
            moves.scheme = from_labels.scheme
            and moves.from_segment = from_labels.segment
),

sides as (
    select
        scheme,
        to_segment as segment,
        profile_number,
        persons as entered,
        0 as left_count,
        0 as climb,
        cast(null as string) as reason,
        month_end
    from ranked
    union all
    select
        scheme,
        from_segment as segment,
        profile_number,
        0 as entered,
        persons as left_count,
        climb,
        reason,
        month_end
    from ranked
    where from_segment is not null
)

select
    sides.scheme,
    sides.segment,
    profile_names.province,
    profile_names.source,
    profile_names.device,
    sides.month_end,
    sum(sides.entered) as entered,
    sum(sides.left_count) as left_count,
    sum(case when sides.climb > 0 then sides.left_count else 0 end) as moved_up,
    sum(case when sides.climb < 0 then sides.left_count else 0 end) as moved_down,
    sum(case when sides.reason = 'lapsed' then sides.left_count else 0 end) as lapsed,
    sum(
        case when sides.reason = 'win_back_order' then sides.left_count else 0 end
    ) as won_back
from sides
inner join profile_names on sides.profile_number = profile_names.profile_number
group by
    sides.scheme,
    sides.segment,
    profile_names.province,
    profile_names.source,
    profile_names.device,
    sides.month_end
