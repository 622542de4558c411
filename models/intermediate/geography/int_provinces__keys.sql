with provinces as (
    select * from {{ ref('vietnam_provinces') }}
),

aliases as (
    select * from {{ ref('vietnam_province_aliases') }}
),

units as (
    select
        province_name,
        current_code,
        bool_or(is_current) as is_current
    from provinces
    group by province_name, current_code
),

texts as (
    select
        province_name,
        province_name as written
    from units
    union all
    select
        province_name,
        province_code as written
    from provinces
    union all
    select
        province_name,
        cast(cast(province_code as integer) as string) as written
    from provinces
    union all
    select
        province_name,
        iso_code as written
    from provinces
    union all
    select
        province_name,
        alias as written
    from aliases
),

keys as (
    select
        province_name,
        {{ province_key('written') }} as province_key
    from texts
),

meanings as (
    select
        keys.province_key,
        min(units.current_code) as province_code,
        case when not bool_or(units.is_current) then min(units.province_name) end
            as former_province
    from keys
    inner join units on keys.province_name = units.province_name
    group by keys.province_key
)

select
    meanings.province_key,
    meanings.province_code,
    provinces.province_name as province,
    meanings.former_province
from meanings
inner join provinces
    on meanings.province_code = provinces.province_code and provinces.is_current
