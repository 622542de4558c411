{{ config(materialized='view') }}

with shared as (
    select * from {{ ref('int_identity__partners') }}
    where is_shared
),

owned as (
    select
        records.*,
        case
            when records.customer_id is not null then 'customer_id'
            when {{ tells_apart('records.email_key') }} and shared.own_person_id is null
                then 'email'
            when records.phone_key is not null then 'phone'
        end as owner_type
    from {{ ref('int_identity__records') }} as records
    left join shared
        on
            case
                when records.customer_id is null
                    then {{ person_key("'any'", "'email'", 'records.email_key') }}
            end = shared.own_person_id
)

select
    source_system,
    source_table,
    record_key,
    customer_id,
    email_key,
    phone_key,
    loyalty_card,
    case
        when owner_type = 'customer_id' then source_system
        when owner_type is not null then 'any'
    end as owner_system,
    owner_type,
    case owner_type
        when 'customer_id' then customer_id
        when 'email' then email_key
        when 'phone' then phone_key
    end as owner_value,
    case when is_sighting then dated_on end as seen_on,
    known_on,
    case when is_sighting then dated_at end as seen_at,
    known_at
from owned
