with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

profiles as (
    select * from {{ ref('int_persons__profiles') }}
),

words as (
    select * from {{ ref('int_profiles__words') }}
),

aged as (
    select
        profiles.*,
        extract(year from bounds.as_of_date) - extract(year from profiles.birth_date)
        - case
            when
                extract(month from bounds.as_of_date) * 100
                + extract(day from bounds.as_of_date)
                < extract(month from profiles.birth_date) * 100
                + extract(day from profiles.birth_date)
                then 1
            else 0
        end as full_years
    from profiles
    cross join bounds
),

described as (
    select
        aged.person_id,
        genders.meaning as gender,
        trim(aged.occupation) as occupation,
        statuses.meaning as marital_status,
        trim(aged.income_band) as income_band,
        cast(
            case when aged.full_years between 0 and 120 then aged.full_years end
            as integer
        ) as age
    from aged
    left join words as genders
        on aged.gender = genders.word and genders.attribute = 'gender'
    left join words as statuses
        on aged.marital_status = statuses.word and statuses.attribute = 'marital_status'
)

select
    person_id,
    case
        when age < 18 then 'under_18'
        when age < 25 then '18_24'
        when age < 35 then '25_34'
        when age < 45 then '35_44'
        when age < 55 then '45_54'
        when age < 65 then '55_64'
        when age >= 65 then '65_plus'
    end as age_band,
    gender,
    occupation,
    marital_status,
    income_band,
    age
from described
where
    coalesce(gender, occupation, marital_status, income_band, cast(age as string))
    is not null
