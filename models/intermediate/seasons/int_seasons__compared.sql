with months as (
    select * from {{ ref('int_seasons__months') }}
),

seasons as (
    select * from {{ ref('seasons') }}
),

paired as (
    select
        months.month_end,
        months.season,
        seasons.label_en,
        seasons.label_vi,
        before.month_end as previous_month_end,
        row_number() over (
            partition by months.month_end
            order by seasons.starts_on asc, months.season asc
        ) as place
    from months
    inner join seasons
        on
            months.season = seasons.season
            and months.year = seasons.year
    left join months as before
        on
            months.season = before.season
            and months.year = before.year + 1
            and months.month_number = before.month_number
)

select
    month_end,
    {{ sorted_text('season') }} as season,
    {{ sorted_text('label_en') }} as season_en,
    {{ sorted_text('label_vi') }} as season_vi,
    max(case when place = 1 then previous_month_end end) as previous_month_end
from paired
group by month_end
