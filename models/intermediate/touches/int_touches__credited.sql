with windows as (
    select * from {{ ref('int_touches__windows') }}
),

touches as (
    select * from {{ ref('int_touches__named') }}
),

instants as (
    select
        windows.person_id,
        min(case
            when
                touches.touched_on > windows.first_touch_after
                and touches.touched_on <= windows.first_touch_until
                then touches.touched_at
        end) as first_touch_at,
        max(case
            when
                touches.touched_on > windows.last_touch_after
                and touches.touched_on <= windows.last_touch_until
                then touches.touched_at
        end) as last_touch_at
    from windows
    inner join touches on windows.person_id = touches.person_id
    where
        windows.first_order_at is null
        or touches.touched_at <= windows.first_order_at
    group by windows.person_id
),

positions as (
    select
        person_id,
        'first' as position,
        first_touch_at as touched_at
    from instants
    union all
    select
        person_id,
        'last' as position,
        last_touch_at as touched_at
    from instants
),

-- Several at one instant: the smallest values.
numbered as (
    select
        positions.position,
        touches.*,
        row_number() over (
            partition by positions.person_id, positions.position
            order by
                touches.source asc,
                touches.medium asc nulls last,
                touches.campaign asc nulls last
        ) as touch_number
    from positions
    inner join touches
        on
            positions.person_id = touches.person_id
            and positions.touched_at = touches.touched_at
)

select
    person_id,
    position,
    source,
    medium,
    campaign,
    touched_on
from numbered
where touch_number = 1
