{%- set counted = var('counted_order_statuses') | map('lower') | list %}
{%- set uncounted = var('uncounted_order_statuses') | map('lower') | list %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

orders as (
    select
        orders.*,
        case when orders.customer_id is null then orders.email_key end
            as guest_email_key,
        case when orders.customer_id is null then orders.phone_key end
            as guest_phone_key,
        bounds.as_of_date
    from {{ ref('int_orders__unioned') }} as orders
    cross join bounds
    where orders.ordered_on <= bounds.as_of_date
),

refunds as (
    select
        source_system,
        order_id,
        sum(effective_amount) as refunded_amount,
        min(case when is_refunded_in_full then takes_effect_on end) as refunded_on
    from {{ ref('int_refunds__effective') }}
    group by source_system, order_id
),

identifiers as (
    select * from {{ ref('int_persons__resolved') }}
),

customers as (
    select * from identifiers
    where identifier_type = 'customer_id'
),

emails as (
    select * from identifiers
    where identifier_type = 'email'
),

phones as (
    select * from identifiers
    where identifier_type = 'phone'
),

judged as (
    select
        orders.source_system,
        orders.order_id,
        coalesce(customers.person_id, emails.person_id, phones.person_id) as person_id,
        orders.order_amount,
        orders.version_hash,
        refunds.refunded_amount,
        refunds.refunded_on,
        case
            when orders.is_test then 'test_order'
            when orders.order_amount = 0 then 'free_order'
            when orders.order_amount < 0 then 'negative_amount'
            when orders.status is null then null
            when orders.status in ({{ quoted_list(counted) }}) then null
            -- What ended on a known day was not over before that day.
            when
                orders.status in ('cancelled', 'returned', 'refunded')
                and orders.cancelled_on is not null
                then null
            when orders.status in ({{ quoted_list(uncounted) }})
                then 'status_' || orders.status
            else 'unknown_status_' || orders.status
        end as exclusion,
        orders.ordered_on,
        case
            when orders.cancelled_on <= orders.as_of_date
                then greatest(orders.cancelled_on, orders.ordered_on)
        end as cancelled_on,
        orders.ordered_at
    from orders
    left join refunds
        on
            orders.order_id = refunds.order_id
            and orders.source_system = refunds.source_system
    left join customers
        on
            orders.customer_id = customers.identifier_value
            and orders.source_system = customers.source_system
    left join emails on orders.guest_email_key = emails.identifier_value
    left join phones on orders.guest_phone_key = phones.identifier_value
)

select
    source_system,
    order_id,
    person_id,
    exclusion,
    case
        when cancelled_on <= coalesce(refunded_on, cancelled_on) then 'cancelled'
        when refunded_on is not null then 'refunded_in_full'
    end as end_reason,
    order_amount,
    cast(coalesce(refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    ordered_on,
    least(
        coalesce(cancelled_on, refunded_on), coalesce(refunded_on, cancelled_on)
    ) as counts_until,
    version_hash,
    ordered_at
from judged
