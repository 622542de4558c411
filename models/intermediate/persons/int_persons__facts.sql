with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

products as (
    select
        bool_or(category is not null) as have_categories,
        count(launched_on) > 0 as have_launches
    from ({{ union_systems('products') }}) as products
),

seeds as (
    {{ loaded_seeds() }}
),

-- What everybody's tables hang on: the rules, what the data decides for all, and seeds.
rules as (
    select
        '{{ rules_of_histories() }}'
        || md5(
            coalesce(cast(bounds.first_date as string), '')
            || coalesce(cast(effective.effective_on as string), '')
            || cast(coalesce(products.have_categories, false) as string)
            || cast(products.have_launches as string)
            || coalesce(cast(seeds.fingerprint as string), '')
        ) as rules
    from bounds
    cross join products
    cross join seeds
    cross join {{ ref('int_rules__effective') }} as effective
),

persons as (
    select * from {{ ref('int_persons__known') }}
),

-- Summed by contact first: there are fewer of them than orders.
contact_facts as (
    select
        contact_hash,
        sum(cast(
            {{ hash_of(['standing_hash', 'refunds_fingerprint']) }} as decimal(20, 0)
        )) as order_fact
    from {{ ref('int_orders__classified') }}
    group by contact_hash
),

owners as (
    select * from {{ ref('int_orders__owners') }}
    where person_id is not null
),

web_identifiers as (
    select
        browsers.*,
        {{ event_identifier('browsers') }}
    from {{ ref('int_web_events__identifiers') }} as browsers
),

facts as (
    select
        person_id,
        {{ hash_of(['is_anonymous', 'is_reachable', 'first_seen_on', 'signed_up_on']) }}
            as profile_fact,
        null as order_fact,
        null as web_fact
    from persons
    union all
    select
        person_id,
        identity_fact as profile_fact,
        null as order_fact,
        null as web_fact
    from {{ ref('int_identity__facts') }}
    union all
    select
        owners.person_id,
        null as profile_fact,
        contact_facts.order_fact,
        null as web_fact
    from contact_facts
    inner join owners on contact_facts.contact_hash = owners.contact_hash
    union all
    select
        resolved.person_id,
        null as profile_fact,
        null as order_fact,
        web_identifiers.fingerprint as web_fact
    from web_identifiers
    inner join {{ ref('int_persons__resolved') }} as resolved
        on
            web_identifiers.identifier_value = resolved.identifier_value
            and web_identifiers.identifier_type = resolved.identifier_type
            and web_identifiers.source_system = resolved.source_system
),

-- Sums, because the order of rows must not matter and a row twice is not a row less.
summed as (
    select
        person_id,
        cast(
            coalesce(sum(cast(profile_fact as decimal(20, 0))), 0) as decimal(38, 0)
        ) as profile_facts,
        cast(coalesce(sum(order_fact), 0) as decimal(38, 0)) as order_facts,
        cast(
            coalesce(sum(cast(web_fact as decimal(20, 0))), 0) as decimal(38, 0)
        ) as web_facts
    from facts
    group by person_id
)

select
    summed.person_id,
    rules.rules,
    summed.profile_facts,
    summed.order_facts,
    summed.web_facts
from summed
cross join rules
