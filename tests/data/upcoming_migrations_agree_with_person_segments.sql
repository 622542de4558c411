-- An upcoming move leaves the group that the person stands in today, on a later day
-- that is days_left away, and person_segments announces the same move.
with upcoming as (
    select * from {{ ref('upcoming_migrations') }}
),

today as (
    select * from {{ ref('person_segments') }}
),

compared as (
    select
        today.person_id,
        today.lifecycle_group,
        today.next_group as announced_group,
        today.next_change_on,
        upcoming.current_group,
        upcoming.next_group,
        upcoming.change_on,
        upcoming.days_left,
        {{ dbt.datediff('today.as_of_date', 'upcoming.change_on', 'day') }}
            as days_between
    from today
    full join upcoming on today.person_id = upcoming.person_id
)

select * from compared
where
    person_id is null
    or lifecycle_group <> coalesce(current_group, lifecycle_group)
    or next_group = current_group
    or coalesce(announced_group, '') <> coalesce(next_group, '')
    or coalesce(next_change_on, date '9999-12-31')
    <> coalesce(change_on, date '9999-12-31')
    or coalesce(days_left, 1) < 1
    or coalesce(days_left, 1) <> coalesce(days_between, 1)
