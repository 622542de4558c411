{{ config(materialized='absorbed_nodes') }}

select
    left_node,
    right_node,
    link_number
from {{ ref('int_identity__edges') }}
