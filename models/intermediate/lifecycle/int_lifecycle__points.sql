{{ config(materialized='view') }}

{%- set never = "date '9999-12-31'" %}
{%- set order_windows = [
    'has_order_until', 'recent_until', 'held_until', 'frequent_until', 'loyal_until',
] %}
with persons as (
    select * from {{ ref('int_persons__known') }}
),

orders as (
    select * from {{ ref('int_lifecycle__order_standing') }}
    where next_ordered_on > ordered_on
),

-- An open window has no end yet: its end is a point of its own.
web_edges as (
    select
        person_id,
        edge_on,
        case
            when kind <> 'intent' then null
            when is_open then {{ never }}
            else edge_on
        end as intent_until,
        case
            when kind <> 'visit' then null
            when is_open then {{ never }}
            else edge_on
        end as visit_until
    from {{ ref('int_lifecycle__web_runs') }}
),

category_counts as (
    select * from {{ ref('int_lifecycle__category_counts') }}
)

select
    person_id,
    {{ lifecycle_point('first_seen_on') }}
from persons
union all
select
    person_id,
    {{ lifecycle_point(
        'ordered_on',
        has_order_until='has_order_until',
        recent_until='recent_until',
        held_until='held_until',
        frequent_until='coalesce(frequent_until, ordered_on)',
        loyal_until='coalesce(loyal_until, ordered_on)',
    ) }}
from orders
{%- for window_end in order_windows %}
union all
select
    person_id,
    {{ lifecycle_point(window_end) }}
from orders
where {{ window_end }} > ordered_on and {{ window_end }} < next_ordered_on
{%- endfor %}
union all
select
    person_id,
    {{ lifecycle_point(
        'edge_on', intent_until='intent_until', visit_until='visit_until'
    ) }}
from web_edges
union all
select
    person_id,
    {{ lifecycle_point('changed_on', categories='categories') }}
from category_counts
