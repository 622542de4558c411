{#-
    The rows of one entity from every source system that takes part (var
    source_systems). The staging models of all systems have the same columns in the same
    order. The shop's own always take part: they are empty where it is not named.
    Arguments: entity, such as 'orders'.
-#}
{%- macro union_systems(entity) -%}
    select * from {{ ref('stg_shop__' ~ entity) }}
    {%- if 'online_retail' in items_of('source_systems') and entity in [
        'customers', 'orders', 'order_items', 'products', 'refunds',
        'quarantined_rows', 'row_counts',
    ] %}
    union all
    select * from {{ ref('stg_online_retail__' ~ entity) }}
    {%- endif -%}
{%- endmacro -%}
