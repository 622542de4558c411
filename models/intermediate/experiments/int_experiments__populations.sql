with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

-- Where they stood on the evening before the start.
stood as (
    select
        windows.experiment_id,
        migrations.person_id
    from windows
    inner join migrations on windows.scheme = migrations.scheme
    where
        windows.audience is null
        and (windows.segment is null or windows.segment = migrations.to_segment)
        and migrations.migrated_on <= windows.frozen_on
        and (
            migrations.next_migrated_on is null
            or migrations.next_migrated_on > windows.frozen_on
        )
),

memberships as (
    select * from {{ ref('int_audiences__memberships') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

-- Who was in the audience that evening; if merged since, the person that they became.
members as (
    select
        windows.experiment_id,
        coalesce(identifiers.person_id, memberships.person_id) as person_id
    from windows
    inner join memberships on windows.audience = memberships.audience
    left join identifiers on memberships.person_id = identifiers.own_person_id
    where
        memberships.entered_on <= windows.frozen_on
        and (memberships.left_on is null or memberships.left_on > windows.frozen_on)
)

select
    experiment_id,
    person_id
from stood
union distinct
select
    experiment_id,
    person_id
from members
