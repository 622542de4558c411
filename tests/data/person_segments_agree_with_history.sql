-- person_segments tells, for every person, the two current intervals of
-- segment_history.
with current_intervals as (
    select * from {{ ref('segment_history') }}
    where is_current
),

persons as (
    select * from {{ ref('persons') }}
),

expected as (
    select
        persons.person_id,
        lifecycle.segment as lifecycle_group,
        lifecycle.valid_from as lifecycle_since,
        lifecycle.reason as lifecycle_reason,
        rfm.segment as rfm_segment,
        rfm.valid_from as rfm_since,
        rfm.is_provisional as is_rfm_provisional
    from persons
    left join current_intervals as lifecycle
        on
            persons.person_id = lifecycle.person_id
            and lifecycle.scheme = 'lifecycle'
    left join current_intervals as rfm
        on
            persons.person_id = rfm.person_id
            and rfm.scheme = 'rfm'
),

told as (
    select
        person_id,
        lifecycle_group,
        lifecycle_since,
        lifecycle_reason,
        rfm_segment,
        rfm_since,
        is_rfm_provisional
    from {{ ref('person_segments') }}
),

untold as (
    select * from expected
    except
    select * from told
),

unexpected as (
    select * from told
    except
    select * from expected
)

select person_id from untold
union all
select person_id from unexpected
