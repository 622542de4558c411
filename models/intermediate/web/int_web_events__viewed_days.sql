{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

select
    person_id,
    category,
    cast(count(*) as integer) as views,
    occurred_on as viewed_on
from {{ reopened_web_events() }}
where event_type in ('product_view', 'add_to_cart') and category is not null
group by person_id, category, occurred_on
