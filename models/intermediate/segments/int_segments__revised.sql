{%- set told_history = source('last_marts', 'segment_history') %}
{%- set was_told = was_left(told_history) %}
with touched as (
    select * from {{ ref('int_segments__touched') }}
),

runs as (
    select * from {{ source('history', 'histories') }}
    where told_at is not null
),

-- What both runs speak of: the days up to the earlier one of their as-of dates.
spoken_of as (
    select
        least(max_by(runs.as_of_date, runs.told_at), max(bounds.as_of_date))
            as until_date
    from runs
    cross join {{ ref('int_calendar__bounds') }} as bounds
),

stays as (
    select
        true as is_new,
        person_id,
        scheme,
        to_segment as segment,
        reason,
        is_provisional,
        migrated_on as valid_from
    from {{ ref('int_segments__migrations') }}
    {%- if not was_told %}
    where false
    {%- else %}
    union all
    select
        false as is_new,
        person_id,
        scheme,
        segment,
        reason,
        is_provisional,
        valid_from
    from {{ told_history }}
    {%- endif %}
),

-- A provisional stay was never said for good, so neither was the end before it.
touched_stays as (
    select stays.*
    from stays
    cross join spoken_of
    -- As a condition and a difference: DuckDB would build its hash table of all stays.
    where
        (stays.person_id, stays.scheme) in (
            select
                touched.person_id,
                touched.scheme
            from touched
        )
        and not stays.is_provisional
        and {{ days_between('stays.valid_from', 'spoken_of.until_date') }} >= 0
),

-- Most are told as before: only who has a stay that one of both runs tells is compared.
told_otherwise as (
    select distinct
        person_id,
        scheme
    from (
        select
            person_id,
            scheme
        from touched_stays
        group by person_id, scheme, segment, reason, valid_from
        having count(*) = 1
    ) as stays_of_one_run
),

final_stays as (
    select
        stays.*,
        touched.cause,
        lead(stays.valid_from) over (
            partition by stays.is_new, stays.person_id, stays.scheme
            order by stays.valid_from asc
        ) as valid_to
    from touched_stays as stays
    inner join told_otherwise
        on
            stays.person_id = told_otherwise.person_id
            and stays.scheme = told_otherwise.scheme
    inner join touched
        on stays.person_id = touched.person_id and stays.scheme = touched.scheme
),

compared as (
    select
        person_id,
        scheme,
        segment,
        reason,
        max(cause) as cause,
        bool_or(is_new) as is_told_still,
        valid_from,
        valid_to
    from final_stays
    group by person_id, scheme, segment, reason, valid_from, valid_to
),

-- Who is told of from an earlier day on was not known on those days, as it was told.
first_days as (
    select
        person_id,
        scheme,
        max(cause) as cause,
        min(case when is_new then valid_from end) as new_first_on,
        min(case when not is_new then valid_from end) as old_first_on
    from final_stays
    group by person_id, scheme
)

select
    person_id,
    scheme,
    segment,
    reason,
    cause,
    valid_from,
    valid_to
from compared
where not is_told_still
union all
select
    person_id,
    scheme,
    cast(null as string) as segment,
    cast(null as string) as reason,
    cause,
    new_first_on as valid_from,
    old_first_on as valid_to
from first_days
where new_first_on < coalesce(old_first_on, date '9999-12-31')
