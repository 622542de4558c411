{%- set state = rule_state() if execute else {} %}
{%- set is_new = not state.recorded or state.is_changed
    or (state.is_retold and state.recorded.kept_run_id is not none) %}
{%- set change = 'from_today' if state.is_from_today
    else 'history_retold' if state.recorded else 'first_build' %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

effective as (
    select * from {{ ref('int_rules__effective') }}
)

select
    '{{ state.version }}' as rule_version,
    '{{ change }}' as change,
    '{{ invocation_id }}' as first_run_id,
    {{ text_literal(state.kept_run_id) if state.is_from_today
        else 'cast(null as string)' }} as kept_run_id,
    {{ text_literal(rules_as_json()) }} as settings,
    {{ 'effective.effective_on' if state.is_from_today else 'bounds.first_date' }}
        as valid_from,
    bounds.as_of_date as first_as_of_date,
    {{ run_start_literal() }} as recorded_at
from bounds
cross join effective
where {{ 'true' if is_new else 'false' }}
