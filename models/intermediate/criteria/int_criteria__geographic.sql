with profiles as (
    select * from {{ ref('int_persons__profiles') }}
),

countries as (
    select
        word,
        meaning as country
    from {{ ref('int_profiles__words') }}
    where attribute = 'country'
),

provinces as (
    select * from {{ ref('int_provinces__written') }}
),

nearest_stores as (
    select * from {{ ref('int_persons__nearest_stores') }}
),

-- A Vietnamese name means nothing in an address of another country.
placed as (
    select
        profiles.person_id,
        trim(profiles.city) as city,
        countries.country,
        trim(profiles.province) as province_written,
        case when coalesce(countries.country, 'VN') = 'VN' then provinces.province end
            as province,
        provinces.province_code,
        provinces.former_province
    from profiles
    left join countries on profiles.country = countries.word
    left join provinces on profiles.province = provinces.province_written
)

select
    placed.person_id,
    nearest_stores.nearest_store_id,
    coalesce(placed.country, case when placed.province is not null then 'VN' end)
        as country,
    coalesce(placed.province, placed.province_written) as province,
    case when placed.province is not null then placed.province_code end
        as province_code,
    case when placed.province is not null then placed.former_province end
        as former_province,
    placed.city,
    nearest_stores.distance_to_store_km,
    nearest_stores.distance_to_store_km
    <= cast({{ var('delivery_radius_km') }} as decimal(18, 6))
        as is_within_delivery_radius
from placed
left join nearest_stores on placed.person_id = nearest_stores.person_id
where
    placed.country is not null
    or placed.province_written is not null
    or placed.city is not null
    or nearest_stores.nearest_store_id is not null
