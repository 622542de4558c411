-- Per person and scheme exactly one interval is current, and it is the open one.
with history as (
    select * from {{ ref('segment_history') }}
)

select
    person_id,
    scheme,
    count_if(is_current) as current_rows,
    count_if(is_current <> (valid_to is null)) as misplaced_rows
from history
group by person_id, scheme
having count_if(is_current) <> 1 or count_if(is_current <> (valid_to is null)) > 0
