with migrations as (
    select * from {{ ref('int_segments__migrations') }}
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
