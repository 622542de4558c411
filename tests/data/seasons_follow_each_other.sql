-- A season begins before it ends and after the one of the year before has ended, and no
-- year is left out between two: the comparison with the year before would be lost
-- without a word. A row here is a season out of order.
with followed as (
    select
        *,
        lag(year) over in_order as previous_year,
        lag(ends_on) over in_order as previous_ends_on
    from {{ ref('seasons') }}
    window in_order as (partition by season order by year asc)
)

select
    season,
    year,
    starts_on,
    ends_on,
    previous_year,
    previous_ends_on
from followed
where
    starts_on is null
    or ends_on is null
    or starts_on > ends_on
    or starts_on <= previous_ends_on
    or previous_year <> year - 1
