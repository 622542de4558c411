{{ config(materialized='view') }}

with contacts as (
    select * from {{ ref('int_contacts__attributed') }}
),

last_orders as (
    select
        person_id,
        max(ordered_on) as last_order_on
    from {{ ref('int_orders__counted') }}
    where counts_until is null
    group by person_id
),

last_replies as (
    select
        person_id,
        max(contacted_at) as last_reply_at
    from contacts
    where is_reply
    group by person_id
),

judged as (
    select
        contacts.person_id,
        contacts.contacted_on,
        last_orders.last_order_on is null
        or contacts.contacted_on > last_orders.last_order_on as is_after_order,
        last_replies.last_reply_at is null
        or contacts.contacted_at > last_replies.last_reply_at as is_after_reply
    from contacts
    left join last_orders on contacts.person_id = last_orders.person_id
    left join last_replies on contacts.person_id = last_replies.person_id
)

select
    person_id,
    count(case when is_after_order then 1 end) as contacts_since_last_order,
    count(case when is_after_order and is_after_reply then 1 end)
        as contacts_without_reply,
    max(contacted_on) as last_contact_on
from judged
group by person_id
