{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    tells='facts',
) }}

select
    person_id,
    cast(count(gap_days) as integer) as gaps,
    {{ middle_value('gap_days') }} as median_days,
    -- The standard deviation over the mean, without their common divisor.
    sqrt(cast(
        count(gap_days) * sum(cast(gap_days as bigint) * gap_days)
        - sum(gap_days) * sum(gap_days) as double
    )) / sum(gap_days) as variation,
    max(ordered_on) as last_order_on
from {{ reopened('int_orders__sequenced') }}
group by person_id
