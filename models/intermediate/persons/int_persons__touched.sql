{{ config(
    pre_hook="{{ make_history_record() }}",
    post_hook="{{ open_histories() }}",
) }}

{%- set migrations = source('last_run', 'int_lifecycle__migrations') %}
{%- set has_migrations = was_left(migrations) %}
{#- There is no graph in unit tests. -#}
{%- set is_rebuilt = graph.nodes and flags.FULL_REFRESH %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

facts as (
    select * from {{ ref('int_persons__facts') }}
),

recorded as (
    select * from {{ source('history', 'person_facts') }}
),

last_told as (
    select max_by(as_of_date, told_at) as as_of_date
    from {{ source('history', 'histories') }}
    where told_at is not null
),

compared as (
    select
        coalesce(facts.person_id, recorded.person_id) as person_id,
        case
            when recorded.open_cause != 'due' then recorded.open_cause
            when recorded.person_id is null then 'appeared'
            when facts.person_id is null then 'gone'
            when facts.rules != recorded.rules then 'rules'
            when facts.order_facts != recorded.order_facts then 'orders'
            when facts.web_facts != recorded.web_facts then 'web_events'
            when facts.profile_facts != recorded.profile_facts then 'profile'
            {{ "when true then 'full_refresh'" if is_rebuilt }}
            else recorded.open_cause
        end as cause
    from facts
    full join recorded on facts.person_id = recorded.person_id
),

-- Nothing happened, but a day has come (or, with an earlier as-of date, not yet) on
-- which a move was foreseen, or an order leaves the window of the scores.
days as (
    select
        least(bounds.as_of_date, last_told.as_of_date) as after_date,
        greatest(bounds.as_of_date, last_told.as_of_date) as until_date
    from bounds
    cross join last_told
),

due as (
    {%- if has_migrations %}
    select migrations.person_id
    from {{ migrations }} as migrations
    cross join days
    where
        migrations.migrated_on > days.after_date
        and migrations.migrated_on <= days.until_date
    union distinct
    {%- endif %}
    select orders.person_id
    from {{ ref('int_orders__counted') }} as orders
    cross join days
    where
        orders.ordered_on > days.after_date - {{ var('rfm_window_days') }}
        and orders.ordered_on <= days.until_date - {{ var('rfm_window_days') }}
)

select
    person_id,
    cause
from compared
where cause is not null
union all
select
    due.person_id,
    'due' as cause
from due
inner join compared on due.person_id = compared.person_id
where compared.cause is null
