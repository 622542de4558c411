-- Every outcome of a contact that seed contact_outcomes does not know is taken for no
-- reply. A row here is such an outcome and what to do.
{{ config(severity='warn') }}

with contacts as (
    {{ union_systems('contacts') }}
),

outcomes as (
    select * from {{ ref('contact_outcomes') }}
)

select
    contacts.source_system,
    contacts.outcome,
    count(*) as contacts,
    'Outcome `' || contacts.outcome || '` is not in seed contact_outcomes: it is taken '
    || 'for no reply. Add it there, in lower case.' as message
from contacts
left join outcomes on lower(contacts.outcome) = outcomes.outcome
where contacts.outcome is not null and outcomes.outcome is null
group by contacts.source_system, contacts.outcome
