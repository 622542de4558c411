-- RFM heat map: one row per recency and frequency score at the latest period end (the
-- best corner first) with its persons, their revenue of the rfm window, a bar drawn to
-- scale, the segment that most of them stand in and all segments that meet there. Empty
-- cells are shown. Persons who never bought are not scored and not here.
--
-- Run:    uv run dbt show --select rfm_heat_map --limit -1
-- Or:     uv run dbt compile --select rfm_heat_map, and paste the SQL.
with

latest as (

    select max(period_end) as period_end
    from {{ ref('rfm_scores') }}

),

cells as (

    select distinct
        recency_score,
        frequency_score
    from {{ ref('rfm_segment_grid') }}
    where preset = '{{ var("rfm_preset") }}'

),

segments as (

    select
        scores.rfm_segment,
        scores.recency_score,
        scores.frequency_score,
        count(*) as persons,
        sum(
            case
                when '{{ var("monetary_measure") }}' = 'average_order_value'
                    then scores.monetary * scores.frequency
                else scores.monetary
            end
        ) as revenue
    from {{ ref('rfm_scores') }} as scores
    inner join latest on scores.period_end = latest.period_end
    group by scores.rfm_segment, scores.recency_score, scores.frequency_score

),

ranked as (

    select
        rfm_segment,
        recency_score,
        frequency_score,
        persons,
        revenue,
        row_number() over (
            partition by recency_score, frequency_score
            order by persons desc, rfm_segment asc
        ) as place
    from segments

),

scored as (

    select
        recency_score,
        frequency_score,
        sum(persons) as persons,
        sum(revenue) as revenue,
        max(case when place = 1 then rfm_segment end) as largest_segment,
        array_sort(array_agg(rfm_segment)) as segments
    from ranked
    group by recency_score, frequency_score

),

filled as (

    select
        cells.recency_score,
        cells.frequency_score,
        scored.largest_segment,
        scored.segments,
        coalesce(scored.persons, 0) as persons,
        coalesce(scored.revenue, 0) as revenue
    from cells
    left join scored
        on
            cells.recency_score = scored.recency_score
            and cells.frequency_score = scored.frequency_score

),

measured as (

    select
        recency_score,
        frequency_score,
        largest_segment,
        segments,
        persons,
        revenue,
        max(persons) over () as most_persons,
        sum(persons) over () as all_persons,
        sum(revenue) over () as all_revenue
    from filled

),

final as (

    select
        recency_score,
        frequency_score,
        cast(persons as bigint) as persons,
        cast(revenue as decimal(18, 2)) as revenue,
        repeat(
            '█',
            cast(floor(persons * 20 / nullif(most_persons, 0) + 0.5) as int)
        ) as heat,
        largest_segment,
        segments,
        cast(
            floor(persons * 1000 / nullif(all_persons, 0) + 0.5) / 1000
            as decimal(9, 3)
        ) as share_of_persons,
        cast(
            floor(revenue * 1000 / nullif(all_revenue, 0) + 0.5) / 1000
            as decimal(9, 3)
        ) as share_of_revenue
    from measured

)

select *
from final
order by recency_score desc, frequency_score desc
