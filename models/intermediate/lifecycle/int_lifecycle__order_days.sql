{{ config(materialized='view') }}

with standing as (
    select * from {{ ref('int_lifecycle__order_standing') }}
    where previous_ordered_on is null or previous_ordered_on < ordered_on
)

select
    person_id,
    case
        when had_order_until is null or had_order_until < ordered_on
            then 'first_order'
        when had_order_until > ordered_on and was_recent_until <= ordered_on
            then 'win_back_order'
        else 'repeat_order'
    end as order_kind,
    ordered_on
from standing
