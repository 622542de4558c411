-- Per scheme and segment: persons = persons one month end before + entered - left.
with summary as (
    select
        scheme,
        segment,
        persons,
        entered,
        {{ adapter.quote('left') }} as left_count,
        period_end
    from {{ ref('segment_summary') }}
),

followed as (
    select
        *,
        lag(persons, 1, 0) over (
            partition by scheme, segment order by period_end asc
        ) as previous_persons
    from summary
)

select * from followed
where persons <> previous_persons + entered - left_count or persons < 0
