{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set bands = ['lunch', 'evening', 'office_hours', 'other'] %}
{%- set weekdays = [
    'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'
] %}
with half_hours as (
    select * from {{ reopened('int_web_events__half_hours') }}
),

orders as (
    select
        person_id,
        ordered_on,
        {{ to_local_time('ordered_at') }} as ordered_at_local
    from {{ reopened('int_orders__counted') }}
    where counts_until is null
),

moments as (
    select
        person_id,
        local_hour,
        local_weekday
    from half_hours
    union all
    select
        person_id,
        case
            when ordered_at_local != cast(ordered_on as timestamp)
                then cast(extract(hour from ordered_at_local) as integer)
        end as local_hour,
        {{ weekday_number('ordered_on') }} as local_weekday
    from orders
),

placed as (
    select
        *,
        local_hour between 8 and 16 and local_weekday <= 5 as is_office_hour
    from moments
),

banded as (
    select
        *,
        case
            when local_hour in (11, 12) then 'lunch'
            when local_hour between 19 and 22 then 'evening'
            when is_office_hour then 'office_hours'
            when local_hour is not null then 'other'
        end as hour_band
    from placed
),

counted as (
    select
        person_id,
        {%- for band in bands %}
        count_if(hour_band = '{{ band }}') as {{ band }},
        {%- endfor %}
        {%- for weekday in weekdays %}
        count_if(local_weekday = {{ loop.index }}) as {{ weekday }},
        {%- endfor %}
        count(hour_band) as timed,
        count_if(is_office_hour) as in_office_hours
    from banded
    group by person_id
)

select
    person_id,
    case greatest({{ bands | join(', ') }})
        when 0 then null
        {%- for band in bands %}
        when {{ band }} then '{{ band }}'
        {%- endfor %}
    end as preferred_hour_band,
    case greatest({{ weekdays | join(', ') }})
        {%- for weekday in weekdays %}
        when {{ weekday }} then '{{ weekday }}'
        {%- endfor %}
    end as preferred_weekday,
    case when timed > 0 then in_office_hours * 2 > timed end as is_office_hours_visitor
from counted
