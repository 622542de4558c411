{#-
    The order statuses of a var as an SQL list, written as stg_shop__orders has them.
    Arguments: name, of the var: counted_order_statuses or uncounted_order_statuses.
-#}
{%- macro order_statuses(name) -%}
    {%- for status in items_of(name) -%}
        {{ composed(quoted_list([status | lower])) }}{{ ', ' if not loop.last }}
    {%- else -%}
        null
    {%- endfor -%}
{%- endmacro -%}
