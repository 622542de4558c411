{{ config(materialized='view') }}

{%- set never = "date '9999-12-31'" %}
with persons as (
    select * from {{ ref('int_persons__known') }}
),

orders as (
    select * from {{ ref('int_lifecycle__order_standing') }}
    where next_ordered_on > ordered_on
),

web_edges as (
    select
        *,
        case when is_open then {{ never }} else edge_on end as open_until
    from {{ ref('int_lifecycle__web_runs') }}
),

category_counts as (
    select * from {{ ref('int_lifecycle__category_counts') }}
),

order_expiries as (
    {%- for expiry in [
        'has_order_until', 'recent_until', 'held_until', 'frequent_until', 'loyal_until',
    ] %}
    select
        person_id,
        {{ expiry }} as point_on
    from orders
    where {{ expiry }} > ordered_on and {{ expiry }} < next_ordered_on
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    person_id,
    first_seen_on as point_on,
    cast(null as date) as has_order_until,
    cast(null as date) as recent_until,
    cast(null as date) as held_until,
    cast(null as date) as frequent_until,
    cast(null as date) as loyal_until,
    cast(null as date) as intent_until,
    cast(null as date) as visit_until,
    cast(null as integer) as categories
from persons
union all
select
    person_id,
    ordered_on,
    has_order_until,
    recent_until,
    held_until,
    coalesce(frequent_until, ordered_on),
    coalesce(loyal_until, ordered_on),
    null,
    null,
    null
from orders
union all
select
    person_id,
    point_on,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null
from order_expiries
union all
select
    person_id,
    edge_on,
    null,
    null,
    null,
    null,
    null,
    case when kind = 'intent' then open_until end,
    case when kind = 'visit' then open_until end,
    null
from web_edges
union all
select
    person_id,
    changed_on,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    categories
from category_counts
