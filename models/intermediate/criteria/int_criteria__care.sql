with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

persons as (
    select * from {{ ref('int_persons__known') }}
),

buyers as (
    select person_id
    from {{ ref('int_orders__counted') }}
    where counts_until is null
    group by person_id
),

histories as (
    select * from {{ ref('int_contacts__histories') }}
),

shop as (
    select count(*) > 0 as has_contacts
    from histories
),

-- Nobody is due in a shop that writes no contacts down.
standings as (
    select
        persons.person_id,
        coalesce(histories.contacts_since_last_order, 0) as contacts_since_last_order,
        coalesce(histories.contacts_without_reply, 0) as contacts_without_reply,
        persons.is_reachable and buyers.person_id is null as is_prospect,
        histories.last_contact_on,
        {{ days_between('histories.last_contact_on', 'bounds.as_of_date') }}
            as days_since_contact
    from persons
    left join buyers on persons.person_id = buyers.person_id
    left join histories on persons.person_id = histories.person_id
    cross join bounds
    cross join shop
    where
        histories.person_id is not null
        or (persons.is_reachable and buyers.person_id is null and shop.has_contacts)
),

judged as (
    select
        *,
        case
            when not is_prospect then null
            when contacts_without_reply >= {{ var('contact_exhausted_after') }}
                then 'exhausted'
            when days_since_contact < {{ var('contact_every_days') }} then 'waiting'
            else 'due'
        end as contact_status
    from standings
)

select
    person_id,
    contact_status,
    cast(contacts_since_last_order as integer) as contacts_since_last_order,
    contact_status = 'due' as is_contact_due,
    last_contact_on
from judged
