{{ config(
    pre_hook="{{ make_history_record() }}",
    post_hook="{{ open_periods() }}",
) }}

{%- set told_cuts = source('last_run', 'int_rfm__told_cuts') %}
with cuts as (
    select * from {{ ref('int_rfm__cuts_by_period') }}
),

recorded as (
    select * from {{ source('history', 'period_cuts') }}
),

told as (
    {% if was_left(told_cuts) -%}
    select * from {{ told_cuts }}
    {%- else -%}
    select * from cuts
    where false
    {%- endif %}
)

select
    cuts.cuts_fingerprint,
    {%- for factor in ['recency', 'frequency', 'monetary'] %}
    {%- for cut in range(1, 5) %}
    told.{{ factor }}_cut_{{ cut }},
    {%- endfor %}
    {%- endfor %}
    coalesce(recorded.is_open, false) as is_unfinished,
    coalesce(
        cuts.is_provisional or recorded.is_open or cuts.has_cuts <> told.has_cuts, true
    ) as is_whole,
    coalesce(cuts.period_end, recorded.period_end) as period_end
from cuts
full join recorded on cuts.period_end = recorded.period_end
left join told
    on
        recorded.period_end = told.period_end
        and recorded.cuts_fingerprint = told.cuts_fingerprint
where
    {{ 'true' if flags.FULL_REFRESH else 'recorded.is_open' }}
    or cuts.cuts_fingerprint is distinct from recorded.cuts_fingerprint
