-- The keys of more than one column in the reference seeds: every preset has all three
-- factors once, and its segments have a code and a rank of their own. A row here is a
-- key that stands in its seed more than once, or a preset without three factors.
with

keys as (

    select
        'rfm_presets: preset, factor' as key_columns,
        concat_ws(', ', preset, factor) as key_value
    from {{ ref('rfm_presets') }}

    union all

    select
        'rfm_segments: preset, segment' as key_columns,
        concat_ws(', ', preset, segment) as key_value
    from {{ ref('rfm_segments') }}

    union all

    select
        'rfm_segments: preset, rank' as key_columns,
        concat_ws(', ', preset, cast(rank as string)) as key_value
    from {{ ref('rfm_segments') }}

),

repeated as (

    select
        key_columns,
        key_value,
        count(*) as times
    from keys
    group by key_columns, key_value
    having count(*) > 1

),

incomplete as (

    select
        'rfm_presets: factors of a preset' as key_columns,
        preset as key_value,
        count(*) as times
    from {{ ref('rfm_presets') }}
    group by preset
    having count(*) <> 3

),

judged as (

    select
        key_columns,
        key_value,
        times
    from repeated

    union all

    select
        key_columns,
        key_value,
        times
    from incomplete

)

select *
from judged
