{{ config(
    enabled='online_retail' in items_of('source_systems'),
    materialized='table',
) }}

-- A table: a spreadsheet of half a million lines takes half a minute to read once.
with texts as (
    {{ raw_online_retail_lines() }}
),

typed as (
    select
        *,
        try_cast(quantity_text as decimal(18, 4)) as quantity,
        try_cast(unit_price_text as decimal(18, 4)) as unit_price,
        {{ read_invoice_time('invoice_date_text') }} as local_time
    from texts
),

inspected as (
    select
        *,
        case
            when invoice_no is null then 'InvoiceNo'
            when stock_code is null then 'StockCode'
            when quantity_text is null then 'Quantity'
            when invoice_date_text is null then 'InvoiceDate'
            when unit_price_text is null then 'UnitPrice'
        end as missing_column,
        case
            when quantity is null then 'Quantity'
            when {{ if_plausible('local_time') }} is null then 'InvoiceDate'
            when unit_price is null then 'UnitPrice'
        end as unread_column,
        cast(
            row_number() over (partition by invoice_no order by row_json asc) as integer
        ) as line_number
    from typed
),

judged as (
    select
        *,
        case
            when missing_column is not null then 'missing_value'
            when unread_column is not null then 'unreadable_value'
            {%- if var('as_of_date') == 'yesterday' %}
            when
                {{ to_business_date(local_to_utc('local_time', 'Europe/London')) }}
                > cast('{{ business_today() }}' as date)
                then 'dated_in_future'
            {%- endif %}
        end as problem
    from inspected
)

select
    invoice_no,
    stock_code,
    {{ identifying_customer_id('customer_id') }} as customer_id,
    description,
    nullif(country, 'Unspecified') as country,
    problem,
    case
        when problem is not null
            then coalesce(missing_column, unread_column, 'InvoiceDate')
    end as problem_column,
    case when problem is not null then row_json end as row_json,
    line_number,
    quantity,
    unit_price,
    local_time
from judged
