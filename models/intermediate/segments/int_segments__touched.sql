{#- There is no graph in unit tests, which bring their own. -#}
{%- set moves = source('last_marts', 'segment_migrations') %}
with touched as (
    select * from {{ ref('int_persons__touched') }}
),

rescored as (
    select period_end from {{ ref('int_rfm__rescored_periods') }}
),

-- A move hangs on the scores of the period before it, too.
compared as (
    select period_end from rescored
    union distinct
    select periods.period_end
    from {{ ref('int_rfm__periods') }} as periods
    inner join rescored on periods.previous_period_end = rescored.period_end
),

movers as (
    select moves.person_id
    from {{ ref('int_rfm__migrations') }} as moves
    inner join compared on moves.migrated_on = compared.period_end
    {%- if not graph.nodes or is_there(moves) %}
    union distinct
    select moves.person_id
    from {{ moves }} as moves
    inner join compared on moves.migrated_on = compared.period_end
    where moves.scheme = 'rfm'
    {%- endif %}
)

select
    touched.person_id,
    schemes.scheme,
    touched.cause
from touched
cross join (values ('lifecycle'), ('rfm')) as schemes (scheme)
union all
select distinct
    movers.person_id,
    'rfm' as scheme,
    'scores' as cause
from movers
left join touched on movers.person_id = touched.person_id
where touched.person_id is null
