-- Every move has a reason out of its scheme's list. Who moves on is never `first_seen`;
-- in rfm, who enters always is; and nobody enters lifecycle because something expired.
-- `rule_change` is for those who move on a day from which other rules hold, be it the
-- last change of rules or one before it.
with migrations as (
    select * from {{ ref('segment_migrations') }}
),

changes_of_rules as (
    select distinct valid_from
    from {{ ref('rule_versions') }}
    where change = 'from_today'
),

judged as (
    select
        migrations.*,
        case
            when migrations.reason = 'rule_change'
                then
                    migrations.from_segment is not null
                    and changes_of_rules.valid_from is not null
            when migrations.scheme = 'rfm' and migrations.from_segment is null
                then migrations.reason = 'first_seen'
            when migrations.scheme = 'rfm'
                then migrations.reason in (
                    'first_order', 'threshold_shift', 'purchase', 'refund', 'decay'
                )
            when migrations.from_segment is null
                then migrations.reason in (
                    'first_order', 'order_voided', 'intent', 'visit', 'signed_up',
                    'first_seen'
                )
            else migrations.reason in (
                'first_order', 'win_back_order', 'repeat_order', 'order_voided',
                'intent', 'visit', 'signed_up', 'lapsed', 'hold_expired',
                'order_left_window', 'intent_expired', 'visit_expired'
            )
        end as is_allowed
    from migrations
    left join changes_of_rules
        on migrations.migrated_on = changes_of_rules.valid_from
)

select
    migration_id,
    from_segment,
    to_segment,
    reason
from judged
where not coalesce(is_allowed, false)
