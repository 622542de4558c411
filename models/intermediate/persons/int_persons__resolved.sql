with identifiers as (
    select
        *,
        case when identifier_type = 'anonymous_id' then identifier_value end
            as anonymous_id
    from {{ ref('int_identifiers__seen') }}
),

ties as (
    select * from {{ ref('int_persons__ties') }}
),

owned as (
    select
        identifiers.*,
        coalesce(ties.customer_id, identifiers.identifier_value) as owner_value,
        case
            when ties.customer_id is null then identifiers.identifier_type
            else 'customer_id'
        end as owner_type
    from identifiers
    left join ties
        on
            identifiers.source_system = ties.source_system
            and identifiers.anonymous_id = ties.anonymous_id
)

select
    source_system,
    identifier_type,
    identifier_value,
    {{ person_key('source_system', 'owner_type', 'owner_value') }} as person_id,
    owner_type = 'anonymous_id' as is_anonymous,
    first_seen_on,
    first_seen_at
from owned
