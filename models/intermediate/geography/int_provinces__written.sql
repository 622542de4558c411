with profiles as (
    select * from {{ ref('int_persons__profiles') }}
),

province_keys as (
    select * from {{ ref('int_provinces__keys') }}
),

written as (
    select
        province as province_written,
        {{ province_key('province') }} as province_key
    from profiles
    where province is not null
    group by province
)

select
    written.province_written,
    province_keys.province_code,
    province_keys.province,
    province_keys.former_province
from written
inner join province_keys on written.province_key = province_keys.province_key
