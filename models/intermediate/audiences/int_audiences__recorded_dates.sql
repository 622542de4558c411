{#- As int_audiences__memberships: rebuilt from itself, also by a full refresh. -#}
{{ config(materialized='table') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

-- Only to be built after what it dates.
memberships as (
    select count(*) as stays from {{ ref('int_audiences__memberships') }}
)

{% if has_record() -%}
select recorded.recorded_on
from {{ this }} as recorded
cross join bounds
where recorded.recorded_on < coalesce(bounds.as_of_date, date '9999-12-31')
union all
{% endif -%}
select bounds.as_of_date as recorded_on
from bounds
cross join memberships
where bounds.as_of_date is not null
