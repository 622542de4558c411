with effective as (
    select * from {{ ref('int_rules__effective') }}
),

recorded as (
    select
        person_id,
        scheme,
        max_by(to_segment, migrated_on) as segment
    from {{ ref('int_segments__recorded_moves') }}
    group by person_id, scheme
),

persons as (
    select * from {{ ref('int_segments__recorded_persons') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
),

-- What the rules that were left had said of the effective day already; what is
-- provisional only as long as its period ends there.
foretold as (
    select
        persons.person_id,
        moves.scheme,
        moves.to_segment,
        moves.reason
    from {{ ref('int_rules__recorded_moves') }} as moves
    inner join effective on moves.migrated_on = effective.effective_on
    inner join persons on moves.person_id = persons.recorded_person_id
    left join periods on moves.migrated_on = periods.period_end
    where not moves.is_provisional or periods.is_provisional
),

-- Where the rules in force see them at the end of that day.
standing as (
    select
        moves.*,
        effective.effective_on,
        moves.migrated_on = effective.effective_on as is_moved_that_day,
        effective.effective_on <= effective.recorded_until
        or moves.reason in (
            'lapsed', 'hold_expired', 'order_left_window', 'intent_expired',
            'visit_expired'
        ) as was_foreseeable
    from {{ ref('int_segments__computed_moves') }} as moves
    inner join effective on moves.migrated_on <= effective.effective_on
    where
        moves.next_migrated_on is null
        or moves.next_migrated_on > effective.effective_on
)

select
    recorded.person_id,
    recorded.scheme,
    recorded.segment as from_segment,
    standing.to_segment,
    case
        when
            standing.is_moved_that_day
            and standing.from_segment = recorded.segment
            and (
                not standing.was_foreseeable
                or coalesce(foretold.to_segment = standing.to_segment, false)
            )
            then standing.reason
        when foretold.to_segment = standing.to_segment then foretold.reason
        else 'rule_change'
    end as reason,
    {{ is_provisional('recorded.scheme', 'periods.is_provisional') }} as is_provisional,
    standing.effective_on as migrated_on
from recorded
inner join standing
    on
        recorded.person_id = standing.person_id
        and recorded.scheme = standing.scheme
left join foretold
    on
        recorded.person_id = foretold.person_id
        and recorded.scheme = foretold.scheme
left join periods on standing.effective_on = periods.period_end
where recorded.segment <> standing.to_segment
