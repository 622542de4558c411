{{ config(materialized='view') }}

with web_identifiers as (
    select * from {{ ref('int_web_events__identifiers') }}
    where customer_id is not null
),

numbered as (
    select
        *,
        row_number() over (
            partition by source_system, anonymous_id
            order by seen_at asc, customer_id asc
        ) as tie_number
    from web_identifiers
)

select
    source_system,
    anonymous_id,
    customer_id,
    seen_on as tied_on
from numbered
where tie_number = 1
