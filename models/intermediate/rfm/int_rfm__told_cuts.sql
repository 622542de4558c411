{#- The next run compares with what this one leaves here, which it read before. -#}
{{ comes_after('int_rfm__rescored_periods') }}

with cuts as (
    select * from {{ ref('int_rfm__cuts_by_period') }}
)

select
    cuts_fingerprint,
    {%- for factor in ['recency', 'frequency', 'monetary'] %}
    {%- for cut in range(1, 5) %}
    {{ factor }}_cut_{{ cut }},
    {%- endfor %}
    {%- endfor %}
    has_cuts,
    period_end
from cuts
