-- Kept from run to run, and in clear: where contacts may stand.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    schema='restricted',
    pre_hook="{{ find_new_versions(
        rated_orders(), 'ordered_on', ['order_id', 'items_amount', 'items_hash']) }}",
) }}

with rated as (
    {{ rated_orders(new_versions()) }}
),

new_orders as (
    select * from rated
    {{ where_version_is_new() }}
),

converted as (
    select
        *,
        {{ order_value('total_amount', 'items_amount', 'exchange_rate') }}
            as order_amount
    from new_orders
)

select
    *,
    case
        when total_amount is null and items_amount is null then 'missing_amount'
        when exchange_rate is null then 'unknown_currency'
        when order_amount is null then 'amount_too_large'
    end as problem,
    case
        when total_amount is null and items_amount is null then 'total_amount'
        when exchange_rate is null then 'currency'
        when order_amount is null then 'total_amount'
    end as problem_column
from converted
