{{ config(enabled='online_retail' in items_of('source_systems')) }}

with usable_lines as (
    select * from {{ ref('base_online_retail__invoice_lines') }}
    where line_class != 'quarantined'
),

descriptions as (
    select
        product_id,
        description,
        count(*) as times_used,
        count_if(line_class = 'sold') as times_sold
    from usable_lines
    group by product_id, description
),

-- Stock notes such as `damaged` stand in the same column: the name on most sales wins.
ranked as (
    select
        product_id,
        description as product_name,
        row_number() over (
            partition by product_id
            order by
                description is not null desc,
                times_sold desc,
                times_used desc,
                description asc
        ) as name_rank
    from descriptions
)

select
    'online_retail' as source_system,
    product_id,
    product_name,
    cast(null as string) as category,
    cast(null as string) as brand,
    cast(null as decimal(18, 4)) as unit_cost,
    {{ hash_of(['product_id', 'product_name']) }} as content_hash,
    cast(null as date) as launched_on
from ranked
where name_rank = 1
