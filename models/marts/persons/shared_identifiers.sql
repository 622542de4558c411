with identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
    where problem is not null and identifier_value not like 'erased:%'
)

select
    source_system as {{ adapter.quote('system') }},
    identifier_type,
    case
        when problem = 'shared' then identifier_value
        else split_part(identifier_value, ':', 2)
    end as identifier_value,
    problem as reason,
    customers,
    first_seen_at
from identifiers
