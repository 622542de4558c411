{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

{%- set dates = [
    'has_order_until', 'recent_until', 'held_until', 'frequent_until', 'loyal_until',
    'intent_until', 'visit_until',
] %}
{%- set never = "date '9999-12-31'" %}
with points as (
    select * from {{ reopened('int_lifecycle__points') }}
),

persons as (
    select * from {{ reopened('int_persons__known') }}
),

products as (
    {{ union_systems('products') }}
),

category_rule as (
    select
        case
            when bool_or(category is not null) then {{ var('loyal_min_categories') }}
            else 0
        end as min_categories
    from products
),

carried as (
    select
        person_id,
        point_on,
        lead(point_on, 1, {{ never }}) over in_order as next_point_on,
        {%- for until in dates %}
        {{ last_known(until, 'so_far') }} as {{ until }},
        {%- endfor %}
        coalesce({{ last_known('categories', 'so_far') }}, 0) as categories
    from points
    window
        in_order as (partition by person_id order by point_on asc),
        so_far as (
            partition by person_id order by point_on asc
            rows between unbounded preceding and current row
        )
),

-- The rules of the six groups, in their order: the first one that holds.
grouped as (
    select
        carried.*,
        case
            when
                carried.point_on < carried.recent_until
                and carried.point_on < carried.loyal_until
                and carried.categories >= category_rule.min_categories
                then 'loyal'
            when
                carried.point_on < carried.recent_until
                and carried.point_on < carried.frequent_until
                then 'frequent'
            when carried.point_on < carried.recent_until then 'converting'
            when carried.point_on < carried.held_until then 'former'
            when carried.point_on < carried.intent_until then 'converting'
            when carried.point_on < carried.visit_until then 'aware'
            when
                carried.point_on < carried.has_order_until and persons.is_reachable
                then 'aware'
            else 'potential'
        end as segment
    from carried
    inner join persons on carried.person_id = persons.person_id
    cross join category_rule
    where carried.next_point_on > carried.point_on
),

compared as (
    select
        *,
        lag(segment) over (partition by person_id order by point_on asc) as from_segment
    from grouped
)

select
    person_id,
    from_segment,
    segment as to_segment,
    point_on as migrated_on,
    recent_until,
    held_until,
    frequent_until,
    loyal_until,
    intent_until,
    visit_until
from compared
where from_segment is null or from_segment <> segment
