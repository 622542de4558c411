with devices as (
    select distinct
        device_type,
        os,
        browser
    from {{ ref('int_web_events__unioned') }}
)

select
    device_type,
    os,
    browser,
    cast(
        row_number() over (
            order by
                device_type asc nulls first,
                os asc nulls first,
                browser asc nulls first
        ) as integer
    ) as device_number
from devices
