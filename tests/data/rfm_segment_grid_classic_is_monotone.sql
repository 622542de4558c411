-- In preset `classic` no score that rises by one ever lowers the segment's rank, so a
-- better customer never reads as a worse one. A row here is a pair of neighbouring
-- cells that breaks this. (`store` and `klaviyo` have exceptions by their definition.)
with

cells as (

    select
        grid.recency_score,
        grid.frequency_score,
        grid.monetary_score,
        grid.segment,
        segments.rank as segment_rank
    from {{ ref('rfm_segment_grid') }} as grid
    inner join {{ ref('rfm_segments') }} as segments
        on
            grid.preset = segments.preset
            and grid.segment = segments.segment
    where grid.preset = 'classic'

),

neighbours as (

    select
        lower_cells.segment as lower_segment,
        higher_cells.segment as higher_segment,
        lower_cells.recency_score,
        lower_cells.frequency_score,
        lower_cells.monetary_score
    from cells as lower_cells
    inner join cells as higher_cells
        on
            lower_cells.recency_score <= higher_cells.recency_score
            and lower_cells.frequency_score <= higher_cells.frequency_score
            and lower_cells.monetary_score <= higher_cells.monetary_score
            and lower_cells.segment_rank > higher_cells.segment_rank
            and lower_cells.recency_score
            + lower_cells.frequency_score
            + lower_cells.monetary_score
            + 1
            = higher_cells.recency_score
            + higher_cells.frequency_score
            + higher_cells.monetary_score

)

select *
from neighbours
