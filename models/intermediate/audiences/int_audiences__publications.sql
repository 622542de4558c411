{%- set publications = source('state', 'publications') %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

recorded_dates as (
    select * from {{ ref('int_audiences__recorded_dates') }}
),

publications as (
    {% if is_there(publications) -%}
    select as_of_date from {{ publications }}
    {%- else -%}
    select as_of_date from bounds
    where false
    {%- endif %}
)

select max(publications.as_of_date) as published_on
from publications
inner join recorded_dates on publications.as_of_date = recorded_dates.recorded_on
cross join bounds
where publications.as_of_date < bounds.as_of_date
