{%- set told_moves = {
    source('last_run', 'int_rfm__migrations'): 'true',
    source('last_marts', 'segment_migrations'): "told.scheme = 'rfm'",
} %}
with touched as (
    select * from {{ ref('int_persons__touched') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

whole as (
    select * from {{ ref('int_rfm__rescored_periods') }}
    where is_whole
),

-- A move hangs on the scores of the period before it, too.
compared as (
    select period_end from whole
    union distinct
    select periods.period_end
    from periods
    inner join whole on periods.previous_period_end = whole.period_end
),

unfinished as (
    select bool_or(is_unfinished) as is_unfinished
    from whole
),

scored as (
    select scored.*
    from {{ ref('int_rfm__scored') }} as scored
    left join touched on scored.person_id = touched.person_id
    where touched.person_id is null
),

standings as (
    select
        person_id,
        period_number,
        cast(null as string) as previous_segment,
        rfm_segment as segment
    from scored
    union all
    select
        person_id,
        period_number + 1 as period_number,
        rfm_segment as previous_segment,
        cast(null as string) as segment
    from scored
),

movers as (
    select standings.person_id
    from standings
    inner join periods on standings.period_number = periods.period_number
    inner join compared on periods.period_end = compared.period_end
    group by standings.person_id, standings.period_number
    having max(standings.previous_segment) is distinct from max(standings.segment)
    {%- for told, is_rfm in told_moves.items() if was_left(told) %}
    union all
    select told.person_id
    from {{ told }} as told
    inner join compared on told.migrated_on = compared.period_end
    where {{ is_rfm }}
    {%- endfor %}
    union all
    select person_id from {{ ref('int_rfm__rescored') }}
    where is_passed
    union all
    -- A run that did not finish may have told the moves of anybody.
    select persons.person_id
    from {{ ref('int_persons__known') }} as persons
    cross join unfinished
    where unfinished.is_unfinished
)

select movers.person_id
from movers
left join touched on movers.person_id = touched.person_id
where touched.person_id is null
group by movers.person_id
