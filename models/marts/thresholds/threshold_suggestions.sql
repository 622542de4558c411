{%- set min_cases = 100 -%}
with evidence as (
    select * from {{ ref('threshold_evidence') }}
),

-- The best candidate of each threshold first; the smaller one of equals.
ranked as (
    select
        *,
        row_number() over (
            partition by threshold
            order by
                case
                    when threshold in ('churn_days', 'overdue_ratio')
                        then discrimination
                    when threshold = 'vip_revenue' and share_beyond >= 0.5
                        then candidate
                    when threshold != 'vip_revenue' and quantile >= 0.8
                        then -candidate
                end desc nulls last,
                candidate asc
        ) as place
    from evidence
),

suggested as (
    select
        *,
        cases >= {{ min_cases }} and case
            when threshold in ('churn_days', 'overdue_ratio')
                then coalesce(discrimination > 0, false)
            when threshold = 'vip_revenue' then coalesce(share_beyond >= 0.5, false)
            else quantile >= 0.8
        end as is_founded
    from ranked
    where place = 1
),

in_force as (
    select * from evidence
    where is_in_force
)

select
    in_force.threshold,
    cast(in_force.candidate as decimal(18, 4)) as value_in_force,
    case when suggested.is_founded then suggested.candidate end as suggested_value,
    in_force.cases,
    in_force.quantile as quantile_in_force,
    case when suggested.is_founded then suggested.quantile end as suggested_quantile,
    in_force.share_beyond as share_beyond_in_force,
    case when suggested.is_founded then suggested.share_beyond end
        as suggested_share_beyond,
    in_force.discrimination as discrimination_in_force,
    case when suggested.is_founded then suggested.discrimination end
        as suggested_discrimination,
    case when suggested.is_founded then suggested.persons_elsewhere end
        as persons_elsewhere
from in_force
inner join suggested on in_force.threshold = suggested.threshold
