-- Where everybody stood on a day, and where we thought so at an instant: the two differ
-- where rows came late or rules changed; null for who was not known. Set the day and
-- the instant, but none before the first run that told of the day: nobody thought
-- anything then, and both columns hold what is told now.
with asked as (
    select
        date '2024-03-01' as standing_on,
        timestamp '2024-03-02 00:00:00' as thought_at
),

thought as (
    select
        revisions.person_id,
        revisions.scheme,
        revisions.segment
    from {{ ref('segment_history_revisions') }} as revisions
    cross join asked
    where
        revisions.valid_from <= asked.standing_on
        and coalesce(revisions.valid_to, date '9999-12-31') > asked.standing_on
        and revisions.recorded_at <= asked.thought_at
        and revisions.superseded_at > asked.thought_at
),

told as (
    select
        history.person_id,
        history.scheme,
        history.segment
    from {{ ref('segment_history') }} as history
    cross join asked
    where
        history.valid_from <= asked.standing_on
        and coalesce(history.valid_to, date '9999-12-31') > asked.standing_on
)

select
    coalesce(told.person_id, thought.person_id) as person_id,
    coalesce(told.scheme, thought.scheme) as scheme,
    told.segment as stood_in,
    case when thought.person_id is null then told.segment else thought.segment end
        as thought_in
from told
full join thought
    on
        told.person_id = thought.person_id
        and told.scheme = thought.scheme
