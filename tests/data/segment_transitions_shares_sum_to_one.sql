-- Of those who stood in a segment, everyone stands somewhere one month end later.
with transitions as (
    select * from {{ ref('segment_transitions') }}
)

select
    scheme,
    period_end,
    from_segment,
    sum(share_of_from) as share_of_from
from transitions
group by scheme, period_end, from_segment
having abs(sum(share_of_from) - 1) > 0.000001 or min(share_of_from) <= 0
