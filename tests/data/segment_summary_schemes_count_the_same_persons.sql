-- At every month end each scheme holds all persons known by then, and the shares of its
-- segments sum to 1.
with persons as (
    select * from {{ ref('persons') }}
),

totals as (
    select
        scheme,
        period_end,
        sum(persons) as persons,
        sum(share_of_persons) as share_of_persons
    from {{ ref('segment_summary') }}
    group by scheme, period_end
),

compared as (
    select
        totals.scheme,
        totals.period_end,
        totals.persons,
        totals.share_of_persons,
        count(persons.person_id) as known_persons
    from totals
    left join persons on totals.period_end >= persons.first_seen_on
    group by
        totals.scheme,
        totals.period_end,
        totals.persons,
        totals.share_of_persons
)

select * from compared
where persons <> known_persons or abs(share_of_persons - 1) > 0.000001
