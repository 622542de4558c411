with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

accounts as (
    {{ union_systems('loyalty_accounts') }}
),

customers as (
    select
        source_system,
        identifier_value as customer_id,
        person_id
    from {{ ref('int_persons__resolved') }}
    where identifier_type = 'customer_id'
),

-- What became of the card since is not known: tier and points are today's.
issued as (
    select
        customers.person_id,
        accounts.*,
        row_number() over (
            partition by customers.person_id
            order by
                accounts.tier is null asc,
                accounts.points_balance desc nulls last,
                accounts.joined_on desc nulls last,
                accounts.source_system asc,
                accounts.customer_id asc
        ) as account_number,
        -- Several accounts of a person may hold the very same card.
        row_number() over (
            partition by
                customers.person_id,
                accounts.source_system,
                coalesce('card ' || accounts.card_number, accounts.customer_id)
            order by accounts.points_balance desc nulls last
        ) as card_account_number
    from accounts
    inner join customers
        on
            accounts.source_system = customers.source_system
            and accounts.customer_id = customers.customer_id
    cross join bounds
    where accounts.joined_on is null or accounts.joined_on <= bounds.as_of_date
)

select
    person_id,
    max(case when account_number = 1 then tier end) as card_tier,
    cast(
        sum(case when card_account_number = 1 then points_balance end)
        as decimal(18, 4)
    ) as points_balance,
    min(joined_on) as member_since
from issued
group by person_id
