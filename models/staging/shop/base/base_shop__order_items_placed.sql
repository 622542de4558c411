-- Kept from run to run: converting a line takes longer than all that is done with it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ find_new_versions(
        rated_order_items(), 'cast(null as date)', ['order_id', 'exchange_rate'],
        rated_order_items(new_versions())) }}",
) }}

with new_items as (
    {{ rows_to_compute(rated_order_items()) }}
),

placed as (
    select
        *,
        {{ to_reporting_currency(
            line_value('quantity', 'unit_price')
            ~ ' - coalesce(discount_amount, 0)', 'exchange_rate'
        ) }} as line_amount
    from new_items
),

judged as (
    select
        *,
        case
            when exchange_rate is null then 'orphan_item'
            when line_amount is null then 'amount_too_large'
        end as problem
    from placed
)

select
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    exchange_rate,
    line_amount,
    record_key,
    raw_row,
    -- Whoever asks for it wants to show what is wrong.
    case when problem is not null then row_hash end as row_hash,
    version_hash,
    problem,
    case
        when problem = 'orphan_item' then 'order_id'
        when problem is not null then 'unit_price'
    end as problem_column,
    loaded_at
from judged
