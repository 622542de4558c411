{#- A table, not a view: it shows what was recorded when the run began. -#}
{%- set versions = source('state', 'rule_versions') %}
{% if is_there(versions) -%}
select
    rule_version,
    change,
    first_run_id,
    settings,
    valid_from,
    first_as_of_date,
    recorded_at
from {{ versions }}
{%- else -%}
select
    cast(null as string) as rule_version,
    cast(null as string) as change,
    cast(null as string) as first_run_id,
    cast(null as string) as settings,
    cast(null as date) as valid_from,
    cast(null as date) as first_as_of_date,
    cast(null as timestamp) as recorded_at
from {{ ref('int_calendar__bounds') }}
where false
{%- endif %}
