with periods as (
    select * from {{ ref('int_rfm__periods') }}
),

factors as (
    select * from {{ ref('int_rfm__factors') }}
),

percentiles as (
    select * from {{ ref('int_rfm__percentiles') }}
),

fixed_cuts as (
    select
        factor,
        max(case when score = 2 then cast(lower_bound as double) end) as cut_1,
        max(case when score = 3 then cast(lower_bound as double) end) as cut_2,
        max(case when score = 4 then cast(lower_bound as double) end) as cut_3,
        max(case when score = 5 then cast(lower_bound as double) end) as cut_4
    from {{ ref('rfm_fixed_thresholds') }}
    where preset = '{{ var("rfm_preset") }}'
    group by factor
),

frozen_period as (
    select period_number
    from periods
    where period_end = {{ frozen_at() }}
),

-- The period whose population the cut points come from.
sources as (
    select
        periods.period_number,
        periods.period_end,
        periods.is_provisional,
        factors.factor,
        factors.method,
        factors.levels,
        case factors.method
            when 'percentile' then periods.period_number
            when 'frozen' then frozen_period.period_number
        end as source_period_number
    from periods
    cross join factors
    left join frozen_period on factors.method = 'frozen'
)

select
    sources.factor,
    sources.method,
    sources.levels,
    sources.period_number,
    coalesce(percentiles.cut_1, fixed_cuts.cut_1) as cut_1,
    coalesce(percentiles.cut_2, fixed_cuts.cut_2) as cut_2,
    coalesce(percentiles.cut_3, fixed_cuts.cut_3) as cut_3,
    coalesce(percentiles.cut_4, fixed_cuts.cut_4) as cut_4,
    sources.is_provisional,
    sources.period_end
from sources
left join percentiles
    on
        sources.factor = percentiles.factor
        and sources.source_period_number = percentiles.period_number
left join fixed_cuts
    on
        sources.factor = fixed_cuts.factor
        and sources.method = 'fixed'
