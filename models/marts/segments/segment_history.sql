{{ config(
    materialized='incremental',
    incremental_strategy='reopened',
    on_schema_change='fail',
    touched_by='int_segments__touched',
) }}
{{ comes_after('int_segments__touched') }}
{#- What is not told any more is kept first. -#}
{{ comes_after('segment_history_revisions') }}

with migrations as (
    select * from {{ ref('int_segments__migrations') }}
    where {{ is_reopened() }}
)

select
    person_id,
    scheme,
    to_segment as segment,
    reason,
    next_migrated_on is null as is_current,
    is_provisional,
    migrated_on as valid_from,
    next_migrated_on as valid_to
from migrations
