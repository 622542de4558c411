{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set windows = [
    ('visit', var('aware_window_days'), 'visited_on is not null'),
    ('intent', var('intent_window_days'), 'has_intent'),
] %}
with visits as (
    select * from {{ reopened('int_web_events__visits') }}
),
{% for kind, days, condition in windows %}
{{ kind }}_days as (
    select
        person_id,
        visited_on,
        visited_on + {{ days }} as expires_on,
        lag(visited_on) over in_order + {{ days }} as previous_expires_on,
        lead(visited_on) over in_order as next_visited_on
    from visits
    where {{ condition }}
    window in_order as (partition by person_id order by visited_on asc)
),
{% endfor %}
edges as (
    {%- for kind, days, condition in windows %}
    select
        person_id,
        '{{ kind }}' as kind,
        visited_on as edge_on,
        true as is_open
    from {{ kind }}_days
    where previous_expires_on is null or visited_on > previous_expires_on
    union all
    select
        person_id,
        '{{ kind }}' as kind,
        expires_on as edge_on,
        false as is_open
    from {{ kind }}_days
    where next_visited_on is null or next_visited_on > expires_on
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from edges
