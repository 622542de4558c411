with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

assigned as (
    select * from {{ ref('int_experiments__assigned') }}
),

migrations as (
    select * from {{ ref('int_segments__migrations') }}
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

schemes as (
    select distinct scheme from labels
),

-- Of all intervals of a person and scheme one at most holds on an evening.
stood as (
    select
        windows.experiment_id,
        migrations.person_id,
        migrations.scheme,
        max(
            case
                when
                    migrations.migrated_on <= windows.frozen_on
                    and coalesce(
                        migrations.next_migrated_on > windows.frozen_on, true
                    )
                    then migrations.to_segment
            end
        ) as starting_group,
        max(
            case
                when
                    migrations.migrated_on <= windows.measured_on
                    and coalesce(
                        migrations.next_migrated_on > windows.measured_on, true
                    )
                    then migrations.to_segment
            end
        ) as ending_group
    from assigned
    inner join windows on assigned.experiment_id = windows.experiment_id
    inner join migrations on assigned.person_id = migrations.person_id
    group by windows.experiment_id, migrations.person_id, migrations.scheme
)

select
    assigned.experiment_id,
    assigned.person_id,
    schemes.scheme,
    stood.starting_group,
    stood.ending_group,
    ending_labels.segment_rank - starting_labels.segment_rank as ranks_gained
from assigned
cross join schemes
left join stood
    on
        assigned.experiment_id = stood.experiment_id
        and assigned.person_id = stood.person_id
        and schemes.scheme = stood.scheme
left join labels as starting_labels
    on
        stood.scheme = starting_labels.scheme
        and stood.starting_group = starting_labels.segment
left join labels as ending_labels
    on
        stood.scheme = ending_labels.scheme
        and stood.ending_group = ending_labels.segment
