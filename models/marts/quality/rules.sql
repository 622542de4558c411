{%- set rules = {
    'clock': ['reporting_timezone', 'reporting_currency', 'as_of_date'],
    'orders': ['counted_order_statuses', 'uncounted_order_statuses'],
    'lifecycle': [
        'churn_days', 'former_hold_days', 'loyalty_window_days', 'loyal_min_orders',
        'loyal_min_categories', 'frequency_window_days', 'frequent_min_orders',
        'intent_window_days', 'aware_window_days',
    ],
    'rfm': [
        'rfm_period', 'rfm_window_days', 'rfm_preset', 'rfm_method', 'rfm_frozen_at',
        'rfm_factors', 'monetary_measure',
    ],
    'identity': ['default_region', 'identity_max_customers'],
} -%}
{%- for scope, names in rules.items() -%}
    {%- set outer_loop = loop -%}
    {%- for name in names %}
select
    '{{ scope }}' as scope,
    '{{ name }}' as setting,
    {%- set value = var(name) %}
    {%- set text = value if value is string or value is number else value | join(', ') %}
    cast('{{ text | string | replace("'", "''") }}' as string) as setting_value
        {%- if not (loop.last and outer_loop.last) %}
union all
        {%- endif %}
    {%- endfor %}
{%- endfor %}
