{{ config(materialized='view') }}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

customers as (
    select
        source_system,
        identifier_value as customer_id,
        person_id
    from {{ ref('int_persons__resolved') }}
    where identifier_type = 'customer_id'
),

answers as (
    {{ union_systems('feedback') }}
),

-- A score off its scale tells nothing: the answer before it stands.
usable as (
    select answers.*
    from answers
    cross join bounds
    where
        answers.submitted_on <= bounds.as_of_date
        and case
            when answers.kind = 'nps'
                then
                    answers.score between 0 and 10
                    and answers.score = floor(answers.score)
            else answers.score between 1 and 5
        end
),

numbered as (
    select
        customers.person_id,
        usable.kind,
        usable.score,
        row_number() over (
            partition by customers.person_id, usable.kind
            order by
                usable.submitted_at desc,
                usable.feedback_id desc,
                usable.source_system desc
        ) as answer_number
    from usable
    inner join customers
        on
            usable.source_system = customers.source_system
            and usable.customer_id = customers.customer_id
)

select
    person_id,
    kind,
    max(case when answer_number = 1 then score end) as last_score,
    -- Whole numbers are divided, as in average_amount.
    cast(
        floor(round(cast(sum(score) as double) * 10000) / (count(*) * 100) + 0.5) / 100
        as decimal(5, 2)
    ) as average_score
from numbered
group by person_id, kind
