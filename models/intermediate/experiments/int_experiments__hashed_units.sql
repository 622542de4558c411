with windows as (
    select * from {{ ref('int_experiments__windows') }}
    where assigned_by = 'hash'
),

populations as (
    select * from {{ ref('int_experiments__populations') }}
),

elsewhere as (
    select * from {{ ref('int_experiments__assigned_elsewhere') }}
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

later_merges as (
    select * from {{ ref('person_merges') }}
),

-- What the persons were known by on the evening before the start, the best claim to
-- lead them first: later identifiers change nothing.
claims as (
    select
        windows.experiment_id,
        windows.starts_on,
        identifiers.person_id,
        identifiers.own_person_id,
        identifiers.known_on <= windows.frozen_on as was_known,
        row_number() over (
            partition by windows.experiment_id, identifiers.person_id
            order by
                case
                    when identifiers.known_on <= windows.frozen_on then 0 else 1
                end asc,
                case
                    when identifiers.identifier_type = 'customer_id' then 0 else 1
                end asc,
                identifiers.known_on asc,
                identifiers.known_at asc,
                identifiers.own_person_id asc
        ) as claim
    from windows
    inner join populations on windows.experiment_id = populations.experiment_id
    inner join identifiers on populations.person_id = identifiers.person_id
    left join elsewhere
        on
            populations.experiment_id = elsewhere.experiment_id
            and populations.person_id = elsewhere.person_id
    where elsewhere.person_id is null
)

select
    claims.experiment_id,
    claims.person_id,
    claims.own_person_id as unit_id,
    {{ bucket_of("claims.experiment_id || '|' || claims.own_person_id") }} as bucket,
    claims.claim = 1 as is_leading
from claims
left join later_merges on claims.own_person_id = later_merges.absorbed_person_id
-- Whoever was merged with them since was a person of their own then.
where
    claims.claim = 1
    or (claims.was_known and later_merges.merged_on >= claims.starts_on)
