-- The direction of a move is what the ranks of the seeds say: entry, up, down or
-- lateral.
with migrations as (
    select * from {{ ref('segment_migrations') }}
),

lifecycle_ranks as (
    select
        'lifecycle' as scheme,
        segment,
        rank as segment_rank
    from {{ ref('lifecycle_groups') }}
),

rfm_ranks as (
    select
        'rfm' as scheme,
        segment,
        rank as segment_rank
    from {{ ref('rfm_segments') }}
    where preset = '{{ var("rfm_preset") }}'
),

-- Segments of a preset that was left are ranked as that preset ranks them.
left_ranks as (
    select
        'rfm' as scheme,
        segment,
        min(rank) as segment_rank
    from {{ ref('rfm_segments') }}
    where segment not in (select rfm_ranks.segment from rfm_ranks)
    group by segment
),

ranks as (
    select * from lifecycle_ranks
    union all
    select * from rfm_ranks
    union all
    select * from left_ranks
),

judged as (
    select
        migrations.*,
        case
            when migrations.from_segment is null then 'entry'
            else
                case sign(to_ranks.segment_rank - from_ranks.segment_rank)
                    when 1 then 'up'
                    when -1 then 'down'
                    when 0 then 'lateral'
                    else 'no rank'
                end
        end as expected_direction
    from migrations
    left join ranks as from_ranks
        on
            migrations.scheme = from_ranks.scheme
            and migrations.from_segment = from_ranks.segment
    left join ranks as to_ranks
        on
            migrations.scheme = to_ranks.scheme
            and migrations.to_segment = to_ranks.segment
)

select
    migration_id,
    from_segment,
    to_segment,
    direction,
    expected_direction
from judged
where direction <> expected_direction
