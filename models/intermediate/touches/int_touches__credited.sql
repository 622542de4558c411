{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with windows as (
    select * from {{ reopened('int_touches__windows') }}
),

touches as (
    select * from {{ reopened('int_touches__named') }}
),

judged as (
    select
        touches.*,
        touches.touched_on between windows.first_touch_from
        and windows.first_touch_until as is_in_first,
        touches.touched_on between windows.last_touch_from
        and windows.last_touch_until as is_in_last
    from windows
    inner join touches on windows.person_id = touches.person_id
    where
        windows.first_timed_order_at is null
        or touches.touched_at <= windows.first_timed_order_at
),

candidates as (
    select * from judged
    where is_in_first or is_in_last
),

instants as (
    select
        person_id,
        'first' as position,
        min(touched_at) as touched_at
    from candidates
    where is_in_first
    group by person_id
    union all
    select
        person_id,
        'last' as position,
        max(touched_at) as touched_at
    from candidates
    where is_in_last
    group by person_id
),

-- Several at one instant: the smallest values.
numbered as (
    select
        instants.position,
        candidates.*,
        row_number() over (
            partition by instants.person_id, instants.position
            order by
                candidates.source asc,
                candidates.medium asc nulls last,
                candidates.campaign asc nulls last
        ) as touch_number
    from instants
    inner join candidates
        on
            instants.person_id = candidates.person_id
            and instants.touched_at = candidates.touched_at
)

select
    person_id,
    position,
    source,
    medium,
    campaign
from numbered
where touch_number = 1
