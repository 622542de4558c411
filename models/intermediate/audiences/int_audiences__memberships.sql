{#- A table in any case: a full refresh rebuilds it from itself and loses nothing. -#}
{{ config(materialized='table') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

matched as (
    select * from {{ ref('int_audiences__matched') }}
),

recorded as (
    {% if is_there(this) -%}
    select
        audience,
        part,
        person_id,
        entered_on,
        left_on
    from {{ this }}
    {%- else -%}
    select
        audience,
        part,
        person_id,
        cast(null as date) as entered_on,
        cast(null as date) as left_on
    from matched
    where false
    {%- endif %}
),

-- The record as it stood before the as-of date; what a later run said is undone.
-- Without any dated data there is no as-of date, and the record stays as it is.
known_before as (
    select
        recorded.audience,
        recorded.part,
        recorded.person_id,
        recorded.entered_on,
        case
            when recorded.left_on < coalesce(bounds.as_of_date, date '9999-12-31')
                then recorded.left_on
        end as left_on
    from recorded
    cross join bounds
    where recorded.entered_on < coalesce(bounds.as_of_date, date '9999-12-31')
),

past as (
    select * from known_before
    where left_on is not null
),

standing as (
    select * from known_before
    where left_on is null
),

compared as (
    select
        coalesce(standing.audience, matched.audience) as audience,
        coalesce(standing.part, matched.part) as part,
        coalesce(standing.person_id, matched.person_id) as person_id,
        standing.entered_on,
        matched.person_id is not null as is_matched
    from standing
    full join matched
        on
            standing.audience = matched.audience
            and standing.part = matched.part
            and standing.person_id = matched.person_id
)

select * from past
union all
select
    compared.audience,
    compared.part,
    compared.person_id,
    coalesce(compared.entered_on, bounds.as_of_date) as entered_on,
    case when not compared.is_matched then bounds.as_of_date end as left_on
from compared
cross join bounds
