-- What if the cut points were others: scores the latest period end again and shows how
-- many persons would stand in which segment, against now. The other cut points are the
-- rows of `what_if` just below: edit them. Each says that a score is earned only by a
-- goodness greater than lower_bound (recency: minus the days, so -31 means at most 30
-- days; frequency: orders; monetary: money). Factors and scores that are not named keep
-- the cut points now in force; keep them rising with the score.
--
-- Run:    uv run dbt show --select what_if_cut_points --limit -1
-- Or:     uv run dbt compile --select what_if_cut_points, and paste the SQL.
{% set factors_read = items_of("rfm_factors") | join("', '") %}

with

what_if as (

    select
        'recency' as factor,
        5 as score,
        -31 as lower_bound

    union all

    select
        'recency' as factor,
        4 as score,
        -61 as lower_bound

    union all

    select
        'recency' as factor,
        3 as score,
        -91 as lower_bound

    union all

    select
        'recency' as factor,
        2 as score,
        -181 as lower_bound

),

latest as (

    select max(period_end) as period_end
    from {{ ref('rfm_scores') }}

),

cut_points as (

    select
        thresholds.factor,
        thresholds.score,
        cast(
            case
                when thresholds.score = 1 then null
                else coalesce(what_if.lower_bound, thresholds.lower_bound)
            end as double
        ) as lower_bound
    from {{ ref('rfm_thresholds') }} as thresholds
    inner join latest on thresholds.period_end = latest.period_end
    left join what_if
        on
            thresholds.factor = what_if.factor
            and thresholds.score = what_if.score

),

scored_now as (

    select
        scores.person_id,
        scores.rfm_segment,
        scores.recency_days,
        scores.frequency,
        scores.monetary
    from {{ ref('rfm_scores') }} as scores
    inner join latest on scores.period_end = latest.period_end

),

goodness as (

    select
        person_id,
        'recency' as factor,
        cast(-recency_days as double) as goodness
    from scored_now

    union all

    select
        person_id,
        'frequency' as factor,
        cast(frequency as double) as goodness
    from scored_now

    union all

    select
        person_id,
        'monetary' as factor,
        cast(monetary as double) as goodness
    from scored_now

),

factor_scores as (

    select
        goodness.person_id,
        goodness.factor,
        max(cut_points.score) as score
    from goodness
    inner join cut_points
        on
            goodness.factor = cut_points.factor
            and (
                cut_points.lower_bound is null
                or goodness.goodness > cut_points.lower_bound
            )
    group by goodness.person_id, goodness.factor

),

-- A factor left out by var rfm_factors is read at its middle level, as in the models.
grid_scores as (

    select
        factor_scores.person_id,
        factor_scores.factor,
        case
            when
                factor_scores.factor in (
                    '{{ factors_read }}'
                )
                then factor_scores.score
            else cast(floor((presets.levels + 1) / 2) as int)
        end as score
    from factor_scores
    inner join {{ ref('rfm_presets') }} as presets
        on factor_scores.factor = presets.factor
    where presets.preset = '{{ var("rfm_preset") }}'

),

person_scores as (

    select
        person_id,
        max(case when factor = 'recency' then score end) as recency_score,
        max(case when factor = 'frequency' then score end) as frequency_score,
        max(case when factor = 'monetary' then score end) as monetary_score
    from grid_scores
    group by person_id

),

compared as (

    select
        scored_now.person_id,
        scored_now.rfm_segment as segment_now,
        grid.segment as segment_what_if
    from scored_now
    inner join person_scores on scored_now.person_id = person_scores.person_id
    inner join {{ ref('rfm_segment_grid') }} as grid
        on
            person_scores.recency_score = grid.recency_score
            and person_scores.frequency_score = grid.frequency_score
            and person_scores.monetary_score = grid.monetary_score
    where grid.preset = '{{ var("rfm_preset") }}'

),

final as (

    select
        segments.segment,
        count(
            case when compared.segment_now = segments.segment then 1 end
        ) as persons_now,
        count(
            case when compared.segment_what_if = segments.segment then 1 end
        ) as persons_what_if,
        count(
            case
                when
                    compared.segment_what_if = segments.segment
                    and compared.segment_now <> segments.segment
                    then 1
            end
        ) as persons_joining,
        count(
            case
                when
                    compared.segment_now = segments.segment
                    and compared.segment_what_if <> segments.segment
                    then 1
            end
        ) as persons_leaving,
        max(segments.rank) as segment_rank
    from {{ ref('rfm_segments') }} as segments
    left join compared
        on
            segments.segment = compared.segment_now
            or segments.segment = compared.segment_what_if
    where
        segments.preset = '{{ var("rfm_preset") }}'
        and segments.segment <> 'interested'
    group by segments.segment

)

select *
from final
order by segment_rank desc
