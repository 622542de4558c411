{%- set state = rule_state() if execute else {} %}
{%- set history_kept = source('state', 'history_kept') %}
{%- set first_day = 'least(kept.recorded_until + 1, bounds.as_of_date)'
    if state.is_from_today
    else "cast('" ~ state.recorded.valid_from ~ "' as date)"
    if state.kept_run_id and state.recorded.valid_from
    else 'cast(null as date)' %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

kept as (
    {% if state.kept_run_id and is_there(history_kept) -%}
    select max(as_of_date) as recorded_until from {{ history_kept }}
    where left_run_id = '{{ state.kept_run_id }}'
    {%- else -%}
    select cast(null as date) as recorded_until
    {%- endif %}
),

dated as (
    select
        bounds.as_of_date,
        kept.recorded_until,
        case when kept.recorded_until is not null then {{ first_day }} end
            as effective_on
    from bounds
    cross join kept
)

select
    case when effective_on <= as_of_date then effective_on end as effective_on,
    recorded_until
from dated
