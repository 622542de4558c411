with seasons as (
    select
        season,
        year,
        starts_on,
        {{ days_between('starts_on', 'ends_on') }} + 1 as season_days
    from {{ ref('seasons') }}
),

day_numbers as (
    select
        season,
        year,
        starts_on,
        {{ integers_between('0', 'season_days') }} as day_number
    from seasons
),

days as (
    select
        season,
        year,
        cast({{ dbt.last_day('starts_on + day_number', 'month') }} as date) as month_end
    from day_numbers
),

covered as (
    select
        season,
        year,
        month_end,
        count(*) as covered_days
    from days
    group by season, year, month_end
),

ranked as (
    select
        *,
        row_number() over (
            partition by season, year
            order by covered_days desc, month_end desc
        ) as place
    from covered
)

select
    season,
    year,
    row_number() over (
        partition by season, year
        order by month_end asc
    ) as month_number,
    month_end
from ranked
where place = 1 or covered_days * 2 > extract(day from month_end)
