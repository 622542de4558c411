{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    touched_by='int_segments__touched',
) }}
{{ comes_after('int_segments__touched') }}

with migrations as (
    select * from {{ ref('int_segments__migrations') }}
    where {{ is_reopened() }}
),

movers as (
    select
        person_id,
        scheme,
        month_end,
        max_by(to_segment, migrated_on) as segment
    from migrations
    group by person_id, scheme, month_end
),

followed as (
    select
        person_id,
        scheme,
        lag(segment) over in_order as from_segment,
        segment,
        lead(segment) over in_order as next_segment,
        month_end as from_month_end,
        lead(month_end) over in_order as until_month_end
    from movers
    window in_order as (partition by person_id, scheme order by month_end asc)
)

select
    person_id,
    scheme,
    from_segment,
    segment,
    next_segment is not null and next_segment != segment as is_left,
    from_month_end,
    until_month_end
from followed
