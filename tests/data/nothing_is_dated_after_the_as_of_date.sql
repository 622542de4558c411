-- No mart knows anything that happened after the as-of date, but what is upcoming.
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

dated as (
    select
        'persons.first_seen_on' as place,
        first_seen_on as dated_on
    from {{ ref('persons') }}
    union all
    select
        'persons.last_order_on' as place,
        last_order_on as dated_on
    from {{ ref('persons') }}
    union all
    select
        'person_merges.merged_on' as place,
        merged_on as dated_on
    from {{ ref('person_merges') }}
    union all
    select
        'segment_history.valid_from' as place,
        valid_from as dated_on
    from {{ ref('segment_history') }}
    union all
    select
        'segment_history.valid_to' as place,
        valid_to as dated_on
    from {{ ref('segment_history') }}
    union all
    select
        'segment_summary.period_end' as place,
        period_end as dated_on
    from {{ ref('segment_summary') }}
    union all
    select
        'rfm_scores.period_end' as place,
        period_end as dated_on
    from {{ ref('rfm_scores') }}
)

select
    dated.place,
    dated.dated_on
from dated
inner join bounds on dated.dated_on > bounds.as_of_date
