-- Who is in an audience today is who fits its rules today, no more and no fewer.
with current_members as (
    select
        audience,
        part,
        person_id
    from {{ ref('audience_members') }}
    where is_current
),

matched as (
    select
        audience,
        part,
        person_id
    from {{ ref('int_audiences__matched') }}
)

(
    select * from current_members
    except
    select * from matched
)
union all
(
    select * from matched
    except
    select * from current_members
)
