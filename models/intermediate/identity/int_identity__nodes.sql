with links as (
    select * from {{ ref('int_identity__links') }}
    where not is_leaf
),

ends as (
    select left_own_id as own_person_id from links
    union distinct
    select right_own_id as own_person_id from links
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
)

select
    identifiers.own_person_id,
    row_number() over (
        order by
            case when identifiers.identifier_type = 'customer_id' then 0 else 1 end asc,
            identifiers.known_on asc,
            identifiers.known_at asc,
            identifiers.own_person_id asc
    ) as node
from ends
inner join identifiers on ends.own_person_id = identifiers.own_person_id
