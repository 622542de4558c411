-- Every preset and factor has one fixed cut point per score, from 1 to its levels, the
-- first one open below and each later one higher than the one before it. A row here is
-- a preset and factor that could not be scored under var rfm_method: fixed.
with

numbered as (

    select
        preset,
        factor,
        score,
        lower_bound,
        row_number() over (
            partition by preset, factor
            order by score
        ) as place,
        lag(lower_bound) over (
            partition by preset, factor
            order by score
        ) as previous_lower_bound
    from {{ ref('rfm_fixed_thresholds') }}

),

judged as (

    select
        presets.preset,
        presets.factor,
        presets.levels,
        count(numbered.score) as scores_found,
        count_if(numbered.score <> numbered.place) as scores_out_of_place,
        count_if(
            (numbered.place = 1 and numbered.lower_bound is not null)
            or (numbered.place > 1 and numbered.lower_bound is null)
            or numbered.lower_bound <= numbered.previous_lower_bound
        ) as bounds_out_of_order
    from {{ ref('rfm_presets') }} as presets
    left join numbered
        on
            presets.preset = numbered.preset
            and presets.factor = numbered.factor
    group by presets.preset, presets.factor, presets.levels

)

select *
from judged
where
    scores_found <> levels
    or scores_out_of_place > 0
    or bounds_out_of_order > 0
