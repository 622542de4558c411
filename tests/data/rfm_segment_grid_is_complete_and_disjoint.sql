-- Every combination of a preset's levels stands in the grid exactly once, and no other
-- score does. A row here is a preset with a hole, a doubled cell or a score out of
-- range.
with

factors as (

    select
        preset,
        max(case when factor = 'recency' then levels end) as recency_levels,
        max(case when factor = 'frequency' then levels end) as frequency_levels,
        max(case when factor = 'monetary' then levels end) as monetary_levels
    from {{ ref('rfm_presets') }}
    group by preset

),

cells as (

    select
        preset,
        recency_score,
        frequency_score,
        monetary_score,
        count(*) as segments
    from {{ ref('rfm_segment_grid') }}
    group by preset, recency_score, frequency_score, monetary_score

),

judged as (

    select
        factors.preset,
        factors.recency_levels
        * factors.frequency_levels
        * factors.monetary_levels as cells_expected,
        count(cells.preset) as cells_found,
        coalesce(max(cells.segments), 0) as most_segments_in_a_cell,
        count_if(
            cells.recency_score not between 1 and factors.recency_levels
            or cells.frequency_score not between 1 and factors.frequency_levels
            or cells.monetary_score not between 1 and factors.monetary_levels
        ) as cells_out_of_range
    from factors
    left join cells on factors.preset = cells.preset
    group by
        factors.preset,
        factors.recency_levels,
        factors.frequency_levels,
        factors.monetary_levels

)

select *
from judged
where
    cells_found <> cells_expected
    or most_segments_in_a_cell <> 1
    or cells_out_of_range > 0
