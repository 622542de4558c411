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

labels as (
    select * from {{ ref('int_segments__labels') }}
),

ranked as (
    select
        migrations.*,
        from_labels.segment_rank as from_rank,
        to_labels.segment_rank as to_rank
    from migrations
    inner join labels as to_labels
        on
            migrations.scheme = to_labels.scheme
            and migrations.to_segment = to_labels.segment
    left join labels as from_labels
        on
            migrations.scheme = from_labels.scheme
            and migrations.from_segment = from_labels.segment
)

select
    person_id || '-' || scheme || '-' || cast(migrated_on as string) as migration_id,
    person_id,
    scheme,
    from_segment,
    to_segment,
    case
        when from_segment is null then 'entry'
        when to_rank > from_rank then 'up'
        when to_rank < from_rank then 'down'
        else 'lateral'
    end as direction,
    reason,
    {{ days_between('previous_migrated_on', 'migrated_on') }} as days_in_from_segment,
    is_provisional,
    migrated_on
from ranked
