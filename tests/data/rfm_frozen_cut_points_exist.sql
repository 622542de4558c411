-- Under rfm_method: frozen the cut points of var rfm_frozen_at exist: it is a period
-- end of the data at which somebody was scored. Without them everyone would score 1.
with cut_points as (
    select * from {{ ref('int_rfm__cut_points') }}
)

select
    factor,
    period_end
from cut_points
where method = 'frozen' and cut_1 is null
