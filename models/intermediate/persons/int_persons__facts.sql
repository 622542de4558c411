with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

products as (
    {{ union_systems('products') }}
),

-- What all histories hang on: the rules, and two things that the data decides.
rules as (
    select
        md5(
            '{{ rule_version() }}'
            || coalesce(cast(max(bounds.first_date) as string), '')
            || cast(coalesce(bool_or(products.category is not null), false) as string)
        ) as rules
    from bounds
    left join products on true
),

persons as (
    select * from {{ ref('int_persons__known') }}
),

orders as (
    select * from {{ ref('int_orders__counted') }}
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
            'source_system', 'order_id', 'order_amount', 'refunded_amount', 'ordered_on',
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
        person_id,
        null as profile_fact,
        {{ hash_of(['category', 'valid_from', 'valid_to']) }} as order_fact,
        null as web_fact
    from {{ ref('int_orders__category_ranges') }}
    union all
    select
        person_id,
        null as profile_fact,
        null as order_fact,
        {{ hash_of(['visited_on', 'has_intent']) }} as web_fact
    from {{ ref('int_web_events__visits') }}
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
