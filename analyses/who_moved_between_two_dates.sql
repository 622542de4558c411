-- Who moved between two dates: who stood in one group at the end of the first date and
-- in another at the end of the second. First the counts (one row per from x to, with an
-- empty person_id), then the persons. An empty from_segment: became known in between.
-- Stayers, and those who left and came back in between, are not here.
--
-- Run:    uv run dbt show --select who_moved_between_two_dates --limit -1 \
--           --vars '{moved_from: 2024-01-31, moved_to: 2024-02-29, moved_scheme: rfm}'
-- Or:     uv run dbt compile --select who_moved_between_two_dates, and paste the SQL.
-- Vars:   moved_to (default: the as-of date), moved_from (default: 30 days before it),
--         moved_scheme (lifecycle or rfm; default: lifecycle).
{% set moved_to = var("moved_to", "") %}
{% set moved_from = var("moved_from", "") %}
{% set scheme = var("moved_scheme", "lifecycle") %}
{% for name, value in {'moved_from': moved_from, 'moved_to': moved_to}.items()
    if value and not is_iso_date(value) %}
{{ reject_var(name, value, 'a date such as 2024-01-31') }}
{% endfor %}
{% if scheme not in ['lifecycle', 'rfm'] %}
{{ reject_var('moved_scheme', scheme, 'lifecycle or rfm') }}
{% endif %}

with

bounds as (

    select
        coalesce(
            cast(nullif('{{ moved_to }}', '') as date),
            max(as_of_date)
        ) as moved_to
    from {{ ref('person_segments') }}

),

dates as (

    select
        moved_to,
        coalesce(
            cast(nullif('{{ moved_from }}', '') as date),
            cast({{ dbt.dateadd('day', -30, 'moved_to') }} as date)
        ) as moved_from
    from bounds

),

standing_then as (

    select
        history.person_id,
        history.segment
    from {{ ref('segment_history') }} as history
    inner join dates
        on
            history.valid_from <= dates.moved_from
            and (
                history.valid_to > dates.moved_from
                or history.valid_to is null
            )
    where history.scheme = '{{ scheme }}'

),

standing_later as (

    select
        history.person_id,
        history.segment
    from {{ ref('segment_history') }} as history
    inner join dates
        on
            history.valid_from <= dates.moved_to
            and (
                history.valid_to > dates.moved_to
                or history.valid_to is null
            )
    where history.scheme = '{{ scheme }}'

),

moved as (

    select
        standing_then.segment as from_segment,
        standing_later.segment as to_segment,
        standing_later.person_id
    from standing_later
    left join standing_then on standing_later.person_id = standing_then.person_id
    where
        standing_then.segment is null
        or standing_then.segment <> standing_later.segment

),

counted as (

    select
        from_segment,
        to_segment,
        cast(null as string) as person_id,
        count(*) as persons
    from moved
    group by from_segment, to_segment

    union all

    select
        from_segment,
        to_segment,
        person_id,
        1 as persons
    from moved

),

final as (

    select
        counted.from_segment,
        counted.to_segment,
        counted.persons,
        counted.person_id,
        dates.moved_from,
        dates.moved_to
    from counted
    cross join dates

)

select *
from final
order by
    person_id asc nulls first,
    persons desc,
    from_segment asc nulls first,
    to_segment asc
