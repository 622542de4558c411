-- No orders or web events are dated years before all others, such as 1970 where there
-- was no date: the calendar begins with them, and so does every monthly mart. A row
-- here is such a day, with what to do: one before a pause of more than two years,
-- before which lies less than a tenth of all orders and events.
{{ config(severity='warn') }}

{%- set pause_days = 730 %}

with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

dated as (
    select
        'orders' as source_table,
        order_id as record_key,
        ordered_on as dated_on
    from {{ ref('int_orders__unioned') }}
    union all
    select
        'web_events' as source_table,
        event_id as record_key,
        occurred_on as dated_on
    from {{ ref('int_web_events__unioned') }}
),

days as (
    select
        dated.source_table,
        dated.dated_on,
        count(*) as dated_rows
    from dated
    cross join bounds
    where dated.dated_on <= bounds.as_of_date
    group by dated.source_table, dated.dated_on
),

followed as (
    select
        dated_on,
        lead(dated_on) over in_order as next_on,
        sum(dated_rows) over in_order as rows_until,
        sum(dated_rows) over () as rows_in_all
    from days
    window in_order as (order by dated_on asc, source_table asc)
),

pauses as (
    select
        max(dated_on) as begins_on,
        max(next_on) as ends_on
    from followed
    where
        {{ days_between('dated_on', 'next_on') }} > {{ pause_days }}
        and rows_until * 10 < rows_in_all
),

strays as (
    select
        days.source_table,
        days.dated_on,
        days.dated_rows,
        pauses.ends_on,
        min(dated.record_key) as record_key
    from days
    inner join pauses on days.dated_on <= pauses.begins_on
    inner join dated
        on
            days.source_table = dated.source_table
            and days.dated_on = dated.dated_on
    group by days.source_table, days.dated_on, days.dated_rows, pauses.ends_on
)

select
    *,
    '`' || source_table || '` dated ' || cast(dated_on as string) || ': '
    || cast(dated_rows as string) || ', such as `' || record_key
    || '`; nothing else is older than ' || cast(ends_on as string)
    || '. The calendar begins with them, and so does every monthly mart: put their '
    || 'date right, or leave them out.' as message
from strays
