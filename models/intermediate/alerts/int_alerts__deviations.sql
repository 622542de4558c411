{%- set periods = var('alert_periods') %}
with numbered as (
    select
        *,
        row_number() over (
            partition by alert, scheme
            order by period_end desc
        ) as months_ago
    from {{ ref('int_alerts__monthly_shares') }}
),

sums as (
    select
        alert,
        scheme,
        max(period_end) as period_end,
        max(case when months_ago = 1 then share_millionths end) as share_millionths,
        sum(case when months_ago > 1 then share_millionths end) as total,
        sum(case when months_ago > 1 then share_millionths * share_millionths end)
            as total_of_squares,
        count(case when months_ago > 1 then share_millionths end) as trailing_periods
    from numbered
    where months_ago <= {{ periods }} + 1
    group by alert, scheme
),

spread as (
    select
        alert,
        scheme,
        period_end,
        share_millionths,
        cast(total as double) / {{ periods }} as mean,
        sqrt(
            cast({{ periods }} * total_of_squares - total * total as double)
            / (cast({{ periods }} as double) * ({{ periods }} - 1))
        ) as deviation
    from sums
    where trailing_periods = {{ periods }} and share_millionths is not null
),

limits as (
    select
        *,
        case
            when alert = 'reachable_share'
                then mean - {{ var('alert_deviations') }} * deviation
            else mean + {{ var('alert_deviations') }} * deviation
        end as limit_millionths
    from spread
)

select
    alert,
    scheme,
    cast(share_millionths as double) / 1000000 as share,
    mean / 1000000 as usual_share,
    limit_millionths / 1000000 as limit_share,
    case
        when alert = 'reachable_share' then share_millionths < limit_millionths
        else share_millionths > limit_millionths
    end as is_in_force,
    period_end
from limits
