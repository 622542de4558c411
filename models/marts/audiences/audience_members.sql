with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

memberships as (
    select * from {{ ref('int_audiences__memberships') }}
),

audiences as (
    select * from {{ ref('audiences') }}
),

contacts as (
    select * from {{ ref('int_audiences__contacts') }}
),

persons as (
    select * from {{ ref('persons') }}
),

runs as (
    select
        audience,
        recorded_on,
        dense_rank() over (order by recorded_on asc) as run_number
    from {{ ref('int_audiences__recorded_dates') }}
),

-- Who is in an audience that the run before did not know may have fitted it for long.
looks as (
    select
        audience,
        recorded_on,
        coalesce(
            run_number - 1 = lag(run_number) over (
                partition by audience
                order by recorded_on asc
            ), false
        ) as is_continued
    from runs
),

-- Whom to contact asks only for those who are in today.
today as (
    select
        memberships.audience,
        memberships.part,
        memberships.person_id,
        coalesce(contacts.contacts, 0) as contacts_in_window,
        coalesce(contacts.contacts >= audiences.frequency_cap, false) as is_capped,
        persons.is_reachable
        and case audiences.channel
            when 'email' then persons.has_email_consent
            when 'phone' then persons.has_phone_consent
            when 'ads' then persons.has_ads_consent
        end as has_channel_consent
    from memberships
    inner join audiences on memberships.audience = audiences.audience
    inner join persons on memberships.person_id = persons.person_id
    left join contacts
        on
            memberships.person_id = contacts.person_id
            and audiences.window_days = contacts.window_days
    where memberships.left_on is null
)

select
    memberships.audience,
    memberships.part,
    memberships.person_id,
    case when memberships.left_on is null then today.contacts_in_window end
        as contacts_in_window,
    memberships.left_on is null as is_current,
    case when memberships.left_on is null then today.is_capped end as is_capped,
    case when memberships.left_on is null then today.has_channel_consent end
        as has_channel_consent,
    coalesce(looks.is_continued, false) as is_entry_observed,
    bounds.as_of_date,
    memberships.entered_on,
    memberships.left_on
from memberships
cross join bounds
left join looks
    on
        memberships.audience = looks.audience
        and memberships.entered_on = looks.recorded_on
left join today
    on
        memberships.audience = today.audience
        and memberships.part = today.part
        and memberships.person_id = today.person_id
