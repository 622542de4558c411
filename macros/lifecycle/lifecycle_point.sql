{#-
    The columns of a change point of the lifecycle: the day itself, and what is known
    from it on; what is not named is left as it was before.
    Arguments: point_on, an SQL date; by name, the SQL date until which a condition
    holds (has_order_until, recent_until, held_until, frequent_until, loyal_until,
    intent_until, visit_until), and categories, the number of categories bought.
-#}
{%- macro lifecycle_point(point_on) -%}
    {{ point_on }} as point_on,
    {%- for until in [
        'has_order_until', 'recent_until', 'held_until', 'frequent_until',
        'loyal_until', 'intent_until', 'visit_until',
    ] %}
    {{ kwargs.get(until, 'cast(null as date)') }} as {{ until }},
    {%- endfor %}
    {{ kwargs.get('categories', 'cast(null as integer)') }} as categories
{%- endmacro -%}
