with touched as (
    select * from {{ ref('int_persons__touched') }}
),

rescored as (
    select * from {{ ref('int_rfm__touched') }}
)

select
    touched.person_id,
    schemes.scheme,
    touched.cause
from touched
cross join (values ('lifecycle'), ('rfm')) as schemes (scheme)
union all
select
    person_id,
    'rfm' as scheme,
    'scores' as cause
from rescored
