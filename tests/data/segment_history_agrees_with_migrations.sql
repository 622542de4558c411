-- Every interval begins with a move into its segment, and every move begins an
-- interval.
with history as (
    select
        person_id,
        scheme,
        segment,
        reason,
        is_provisional,
        valid_from
    from {{ ref('segment_history') }}
),

migrations as (
    select
        person_id,
        scheme,
        to_segment as segment,
        reason,
        is_provisional,
        migrated_on as valid_from
    from {{ ref('segment_migrations') }}
),

without_move as (
    select * from history
    except
    select * from migrations
),

without_interval as (
    select * from migrations
    except
    select * from history
)

select
    person_id,
    scheme,
    valid_from
from without_move
union all
select
    person_id,
    scheme,
    valid_from
from without_interval
