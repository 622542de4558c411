{{ config(materialized='view') }}

with presets as (
    select * from {{ ref('rfm_presets') }}
    where preset = '{{ var("rfm_preset") }}'
)

select
    factor,
    case
        when '{{ var("rfm_method") }}' = 'fixed' then 'fixed'
        when method = 'percentile' then '{{ var("rfm_method") }}'
        else method
    end as method,
    cast(levels as integer) as levels
from presets
