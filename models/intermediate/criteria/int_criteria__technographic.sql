{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set traits = ['device_type', 'os', 'browser'] %}
with half_hours as (
    select
        person_id,
        device_hash,
        count(*) as half_hours,
        max(last_at) as last_used_at
    from {{ reopened('int_web_events__half_hours') }}
    group by person_id, device_hash
),

devices as (
    select
        half_hours.person_id,
        devices.device_type,
        devices.os,
        devices.browser,
        half_hours.half_hours,
        half_hours.last_used_at
    from half_hours
    inner join {{ ref('int_web_events__devices') }} as devices
        on half_hours.device_hash = devices.device_hash
),

used as (
    {%- for trait in traits %}
    select
        person_id,
        '{{ trait }}' as trait,
        {{ trait }} as trait_value,
        sum(half_hours) as half_hours,
        max(last_used_at) as last_used_at
    from devices
    where {{ trait }} is not null
    group by person_id, {{ trait }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ranked as (
    select
        person_id,
        trait,
        trait_value,
        row_number() over (
            partition by person_id, trait
            order by half_hours desc, last_used_at desc, trait_value asc
        ) as trait_rank
    from used
)

select
    person_id,
    max(case when trait = 'device_type' then trait_value end) as device_type,
    max(case when trait = 'os' then trait_value end) as os,
    max(case when trait = 'browser' then trait_value end) as browser
from ranked
where trait_rank = 1
group by person_id
