{#- A record: a full refresh tells history anew, but not what was said before. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}

with revised as (
    select * from {{ ref('int_segments__revised') }}
),

runs as (
    select * from {{ source('history', 'histories') }}
    where told_at is not null
),

earlier as (
    {% if is_incremental() -%}
    select
        person_id,
        scheme,
        valid_from,
        valid_to,
        superseded_at
    from {{ this }}
    {%- else -%}
    select
        person_id,
        scheme,
        valid_from,
        valid_to,
        cast(null as timestamp) as superseded_at
    from revised
    where false
    {%- endif %}
),

-- That somebody was not known was not told as a whole, as a stay is: it is parted where
-- a stay began that was revised before.
part_starts as (
    select * from revised
    union distinct
    select
        revised.person_id,
        revised.scheme,
        revised.segment,
        revised.reason,
        revised.cause,
        earlier.valid_from,
        revised.valid_to
    from revised
    inner join earlier
        on revised.person_id = earlier.person_id and revised.scheme = earlier.scheme
    where
        revised.segment is null
        and earlier.valid_from > revised.valid_from
        and earlier.valid_from < coalesce(revised.valid_to, date '9999-12-31')
),

parts as (
    select
        person_id,
        scheme,
        segment,
        reason,
        cause,
        valid_from,
        case
            when segment is null
                then coalesce(lead(valid_from) over days_not_known, valid_to)
            else valid_to
        end as valid_to
    from part_starts
    window
        days_not_known as (
            partition by person_id, scheme, segment
            order by valid_from asc
        )
),

first_told as (
    select
        parts.person_id,
        parts.scheme,
        parts.valid_from,
        min(runs.told_at) as told_at
    from parts
    inner join runs on parts.valid_from <= runs.as_of_date
    group by parts.person_id, parts.scheme, parts.valid_from
),

-- A stay that overlaps with one that was revised before was told since then, if a run
-- spoke of its days by then: what was revised may be open, and its end not known.
told_again as (
    select
        parts.person_id,
        parts.scheme,
        parts.valid_from,
        max(earlier.superseded_at) as told_at,
        max(
            case
                when earlier.valid_from = parts.valid_from
                    then earlier.superseded_at
            end
        ) as same_told_at
    from parts
    inner join earlier
        on parts.person_id = earlier.person_id and parts.scheme = earlier.scheme
    where
        earlier.valid_from < coalesce(parts.valid_to, date '9999-12-31')
        and parts.valid_from < coalesce(earlier.valid_to, date '9999-12-31')
    group by parts.person_id, parts.scheme, parts.valid_from
),

last_told as (
    select max(told_at) as told_at
    from runs
)

select
    parts.person_id,
    parts.scheme,
    parts.segment,
    parts.reason,
    parts.cause,
    parts.valid_from,
    parts.valid_to,
    greatest(told_again.told_at, first_told.told_at) as recorded_at,
    {{ run_start_literal() }} as superseded_at
from parts
cross join last_told
left join first_told
    on
        parts.person_id = first_told.person_id
        and parts.scheme = first_told.scheme
        and parts.valid_from = first_told.valid_from
left join told_again
    on
        parts.person_id = told_again.person_id
        and parts.scheme = told_again.scheme
        and parts.valid_from = told_again.valid_from
-- A run that did not finish may have written it down already.
where coalesce(told_again.same_told_at <= last_told.told_at, true)
