-- Where an exchange rate is in quarantine, the one before it goes on. A row here is
-- such a gap in which orders were placed.
{{ config(severity='warn') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

rates as (
    select * from {{ ref('stg_shop__exchange_rates') }}
),

orders as (
    select orders.*
    from {{ ref('stg_shop__orders') }} as orders
    cross join bounds
    where orders.ordered_on <= bounds.as_of_date
),

gaps as (
    select
        rates.currency,
        rates.valid_from,
        rates.valid_to,
        min(unusable.rate_date) as missing_from
    from rates
    inner join {{ ref('base_shop__exchange_rates') }} as unusable
        on
            rates.currency = unusable.currency
            and rates.valid_from < unusable.rate_date
            and rates.valid_to > unusable.rate_date
    where unusable.problem is not null
    group by rates.currency, rates.valid_from, rates.valid_to
)

select
    gaps.currency,
    gaps.missing_from,
    gaps.valid_from,
    count(*) as orders,
    'The rate of `' || gaps.currency || '` from ' || cast(gaps.missing_from as string)
    || ' on is in quarantine: orders since are converted at that of '
    || cast(gaps.valid_from as string) || ', ' || cast(count(*) as string) || ' so far.'
        as message
from gaps
inner join orders
    on
        gaps.currency = orders.currency
        and gaps.missing_from <= orders.ordered_on
        and gaps.valid_to > orders.ordered_on
group by gaps.currency, gaps.missing_from, gaps.valid_from
