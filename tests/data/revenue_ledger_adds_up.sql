-- Per system: the opening line plus all changes is the closing line, to the cent, and
-- there is no second opening or closing line.
with ledger as (
    select * from {{ ref('revenue_ledger') }}
)

select
    source_system,
    sum(case when kind in ('opening', 'change') then amount else 0 end) as walked,
    sum(case when kind = 'closing' then amount else 0 end) as closing
from ledger
group by source_system
having
    sum(case when kind in ('opening', 'change') then amount else 0 end)
    <> sum(case when kind = 'closing' then amount else 0 end)
    or count_if(kind = 'opening') > 1
    or count_if(kind = 'closing') > 1
