with rates as (
    {{ unique_rows('exchange_rates') }}
)

select
    'shop' as source_system,
    currency,
    rate_to_reporting,
    rate_date as valid_from,
    lead(rate_date, 1, date '9999-12-31') over (
        partition by currency
        order by rate_date asc
    ) as valid_to
from rates
