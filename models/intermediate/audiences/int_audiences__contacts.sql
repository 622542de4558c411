with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

-- As many rows as there are different windows, so a cross join is cheap.
windows as (
    select window_days
    from {{ ref('audiences') }}
    where window_days is not null
    group by window_days
),

contacts as (
    select
        person_id,
        contacted_on,
        count(*) as contacts
    from {{ ref('int_contacts__attributed') }}
    group by person_id, contacted_on
)

select
    contacts.person_id,
    windows.window_days,
    cast(sum(contacts.contacts) as integer) as contacts
from contacts
cross join windows
cross join bounds
where
    contacts.contacted_on > bounds.as_of_date - windows.window_days
    and contacts.contacted_on <= bounds.as_of_date
group by contacts.person_id, windows.window_days
