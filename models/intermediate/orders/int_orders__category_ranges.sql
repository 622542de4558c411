{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

with purchases as (
    select * from {{ reopened('int_orders__category_days') }}
    where category is not null
),

preceded as (
    select
        *,
        max(counts_until) over (
            partition by person_id, category
            order by bought_on asc
            rows between unbounded preceding and 1 preceding
        ) as counted_before_until
    from purchases
),

numbered as (
    select
        *,
        sum(
            case when counted_before_until >= bought_on then 0 else 1 end
        ) over (
            partition by person_id, category
            order by bought_on asc
            rows between unbounded preceding and current row
        ) as range_number
    from preceded
)

select
    person_id,
    category,
    min(bought_on) as valid_from,
    max(counts_until) as valid_to
from numbered
group by person_id, category, range_number
