-- What orders, contacts and referrers say is in lower case where it is compared with
-- the words of seeds: a word that is written otherwise, or with blanks around it, fits
-- none. A row here is such a word and what to do.
{{ config(severity='warn') }}

with words as (
    select
        'sales_channels' as seed,
        channel as word
    from {{ ref('sales_channels') }}
    union all
    select
        'contact_outcomes' as seed,
        outcome as word
    from {{ ref('contact_outcomes') }}
    union all
    select
        'referrer_hosts' as seed,
        host_part as word
    from {{ ref('referrer_hosts') }}
)

select
    seed,
    word,
    'Word `' || word || '` of seed ' || seed || ' fits nothing. Write it in lower '
    || 'case, without blanks around it.' as message
from words
where word = '' or word <> lower(trim(word))
