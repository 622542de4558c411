-- The segments of a preset's grid and the preset's rows in rfm_segments are the same,
-- but for `interested`, which is listed in every preset and stands in no cell. A row
-- here is a segment without a cell, without a name, or an `interested` out of place.
with

gridded as (

    select distinct
        preset,
        segment
    from {{ ref('rfm_segment_grid') }}

),

unscored as (

    select distinct
        preset,
        'interested' as segment
    from {{ ref('rfm_presets') }}

),

expected as (

    select
        preset,
        segment
    from gridded

    union all

    select
        preset,
        segment
    from unscored

),

counted as (

    select
        preset,
        segment,
        count(*) as places
    from expected
    group by preset, segment

),

judged as (

    select
        counted.places,
        coalesce(counted.preset, segments.preset) as preset,
        coalesce(counted.segment, segments.segment) as segment,
        segments.segment is not null as is_named
    from counted
    full join {{ ref('rfm_segments') }} as segments
        on
            counted.preset = segments.preset
            and counted.segment = segments.segment

)

select *
from judged
where coalesce(places, 0) <> 1 or not is_named
