{#- As int_audiences__memberships: rebuilt from itself, also by a full refresh. -#}
{{ config(materialized='table') }}

{%- set told = [] %}
{%- if is_there(this) %}
    {%- set told = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
{%- endif %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

audiences as (
    select audience from {{ ref('audiences') }}
),

-- Read in any case, so that this is built after what it dates.
recorded_audiences as (
    select audience from {{ ref('int_audiences__memberships') }}
    union distinct
    select audience from audiences
),

recorded as (
    {% if 'audience' in told -%}
    select
        audience,
        recorded_on
    from {{ this }}
    {%- elif told -%}
    -- A record of dates alone: whichever audiences there were are taken for those.
    select
        recorded_audiences.audience,
        dates.recorded_on
    from {{ this }} as dates
    cross join recorded_audiences
    {%- else -%}
    select
        audience,
        cast(null as date) as recorded_on
    from recorded_audiences
    where false
    {%- endif %}
)

select
    recorded.audience,
    recorded.recorded_on
from recorded
cross join bounds
where recorded.recorded_on < coalesce(bounds.as_of_date, date '9999-12-31')
union all
select
    audiences.audience,
    bounds.as_of_date as recorded_on
from bounds
left join audiences on true
where bounds.as_of_date is not null
