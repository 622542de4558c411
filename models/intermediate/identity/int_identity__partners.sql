with ends as (
    select
        left_own_id as own_person_id,
        right_type as partner_type
    from {{ ref('int_identity__pairs') }}
    union all
    select
        right_own_id as own_person_id,
        left_type as partner_type
    from {{ ref('int_identity__pairs') }}
    where right_type != 'customer_id'
),

counted as (
    select
        own_person_id,
        count(*) as partners,
        count(case when partner_type = 'customer_id' then 1 end) as customers
    from ends
    group by own_person_id
)

select
    own_person_id,
    cast(customers as integer) as customers,
    customers > {{ var('identity_max_customers') }} as is_shared,
    -- Known together with nothing but one customer: no way leads further.
    partners = 1 and customers = 1 as is_leaf
from counted
