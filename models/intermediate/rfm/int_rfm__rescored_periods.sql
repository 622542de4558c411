{{ config(
    pre_hook="{{ make_history_record() }}",
    post_hook="{{ open_periods() }}",
) }}

{%- set cut_columns = [] %}
{%- for factor in ['recency', 'frequency', 'monetary'] %}
{%- do cut_columns.append('cuts.' ~ factor ~ '_levels') %}
{%- for cut in range(1, 5) %}
{%- do cut_columns.append('cuts.' ~ factor ~ '_cut_' ~ cut) %}
{%- endfor %}
{%- endfor %}
with cuts as (
    select
        periods.period_end,
        cast({{ hash_of(['periods.period_number', 'periods.is_provisional']
            + cut_columns) }} as decimal(20, 0)) as cuts_fingerprint
    from {{ ref('int_rfm__periods') }} as periods
    inner join {{ ref('int_rfm__cuts_by_period') }} as cuts
        on periods.period_number = cuts.period_number
),

recorded as (
    select * from {{ source('history', 'period_cuts') }}
)

select
    cuts.cuts_fingerprint,
    coalesce(cuts.period_end, recorded.period_end) as period_end
from cuts
full join recorded on cuts.period_end = recorded.period_end
where
    {{ 'true' if flags.FULL_REFRESH else 'recorded.is_open' }}
    or cuts.cuts_fingerprint is distinct from recorded.cuts_fingerprint
