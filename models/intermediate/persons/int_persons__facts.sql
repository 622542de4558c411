with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

products as (
    select bool_or(category is not null) as have_categories
    from ({{ union_systems('products') }}) as products
),

known_hosts as (
    select {{ sum_of_hashes(['host_part', 'source', 'medium']) }} as fingerprint
    from {{ ref('referrer_hosts') }}
),

-- What everybody's tables hang on: the rules, what the data decides for all, the seed
-- that names touches, and vars that say what is told but not where anybody stands.
rules as (
    select
        md5(
            '{{ rule_version() }}'
            || coalesce(cast(bounds.first_date as string), '')
            || cast(coalesce(products.have_categories, false) as string)
            || coalesce(cast(known_hosts.fingerprint as string), '')
            || ' {{ var("new_product_days") }} {{ var("session_minutes") }}'
            || ' {{ var("touch_lookback_days") }}'
        ) as rules
    from bounds
    cross join products
    cross join known_hosts
),

persons as (
    select * from {{ ref('int_persons__known') }}
),

orders as (
    select * from {{ ref('int_orders__classified') }}
    where person_id is not null
),

refunds as (
    select * from {{ ref('int_refunds__effective') }}
    where effective_amount > 0
),

refunded_orders as (
    select
        person_id,
        source_system,
        order_id
    from orders
    where refunded_amount > 0
),

web_identifiers as (
    select
        *,
        coalesce(customer_id, anonymous_id) as identifier_value,
        case when customer_id is null then 'anonymous_id' else 'customer_id' end
            as identifier_type
    from {{ ref('int_web_events__identifiers') }}
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
        person_id,
        null as profile_fact,
        {{ hash_of([
            'version_hash', 'exclusion', 'end_reason', 'refunded_amount',
            'counts_until',
        ]) }} as order_fact,
        null as web_fact
    from orders
    union all
    select
        refunded_orders.person_id,
        null as profile_fact,
        {{ hash_of([
            'refunds.refund_id', 'refunds.effective_amount', 'refunds.takes_effect_on',
        ]) }} as order_fact,
        null as web_fact
    from refunds
    inner join refunded_orders
        on
            refunds.order_id = refunded_orders.order_id
            and refunds.source_system = refunded_orders.source_system
    union all
    select
        resolved.person_id,
        null as profile_fact,
        null as order_fact,
        web_identifiers.events_fingerprint as web_fact
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
        cast(
            coalesce(sum(cast(order_fact as decimal(20, 0))), 0) as decimal(38, 0)
        ) as order_facts,
        cast(coalesce(sum(web_fact), 0) as decimal(38, 0)) as web_facts
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
