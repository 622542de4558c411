{%- set hold = var('former_hold_days') -%}
with candidates as (
    select * from {{ ref('int_thresholds__candidates') }}
),

histograms as (
    select * from {{ ref('int_thresholds__silences') }}
    union all
    select * from {{ ref('int_thresholds__spans') }}
),

standing as (
    select * from {{ ref('int_thresholds__standing') }}
),

measures as (
    select
        'churn_days' as threshold,
        cast(silent_days as double) as measure,
        count(*) as persons
    from standing
    group by silent_days
    {%- for threshold, measure in [
        ('overdue_ratio', 'overdue_ratio'),
        ('frequency_window_days', 'frequent_window'),
        ('loyalty_window_days', 'loyal_window'), ('vip_revenue', 'vip_revenue'),
    ] %}
    union all
    select
        '{{ threshold }}' as threshold,
        cast({{ measure }} as double) as measure,
        count(*) as persons
    from standing
    where {{ measure }} is not null
    group by {{ measure }}
    {%- endfor %}
),

-- The value itself is beyond churn_days, but still within the others.
judged as (
    select
        candidates.threshold,
        candidates.candidate,
        sum(histograms.cases) as cases,
        sum(histograms.weight) as weight,
        sum(case when {{ is_beyond('histograms') }} then histograms.cases else 0 end)
            as cases_beyond,
        sum(case when {{ is_beyond('histograms') }} then histograms.weight else 0 end)
            as weight_beyond
    from candidates
    inner join histograms on candidates.threshold = histograms.threshold
    group by candidates.threshold, candidates.candidate
),

moved as (
    select
        candidates.threshold,
        candidates.candidate,
        sum(
            case
                when
                    {{ is_beyond('measures') }}
                    != {{ is_beyond('measures', 'value_in_force') }}
                    then measures.persons
                when
                    candidates.threshold = 'churn_days'
                    and (measures.measure >= candidates.candidate + {{ hold }})
                    != (measures.measure >= candidates.value_in_force + {{ hold }})
                    then measures.persons
                else 0
            end
        ) as persons_elsewhere
    from candidates
    inner join measures on candidates.threshold = measures.threshold
    group by candidates.threshold, candidates.candidate
)

select
    candidates.threshold,
    candidates.candidate,
    cast(coalesce(judged.cases, 0) as bigint) as cases,
    cast(coalesce(judged.cases_beyond, 0) as bigint) as cases_beyond,
    cast({{ rounded(
        '1 - cast(judged.cases_beyond as double) / nullif(judged.cases, 0)', 4
    ) }} as decimal(9, 4)) as quantile,
    cast({{ rounded("cast(judged.weight_beyond as double)
        / nullif(case
            when candidates.threshold = 'vip_revenue' then judged.weight
            when candidates.threshold in ('churn_days', 'overdue_ratio')
                then judged.cases_beyond
        end, 0)", 4) }} as decimal(9, 4)) as share_beyond,
    case
        when candidates.threshold in ('churn_days', 'overdue_ratio')
            then cast({{ rounded(
                'cast(judged.cases_beyond - judged.weight_beyond as double)
                / nullif(judged.cases - judged.weight, 0)
                - cast(judged.weight_beyond as double) / nullif(judged.weight, 0)', 4
            ) }} as decimal(9, 4))
    end as discrimination,
    cast(coalesce(moved.persons_elsewhere, 0) as bigint) as persons_elsewhere,
    candidates.candidate = candidates.value_in_force as is_in_force
from candidates
left join judged
    on
        candidates.threshold = judged.threshold
        and candidates.candidate = judged.candidate
left join moved
    on
        candidates.threshold = moved.threshold
        and candidates.candidate = moved.candidate
