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
)

select
    experiment_id,
    person_id
from stood
