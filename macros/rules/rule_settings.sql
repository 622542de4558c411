{#-
    The vars that decide where persons stand: a list of dicts with scope, setting and the
    value as text, the items of a list joined by a comma and a space. Takes no arguments.
-#}
{%- macro rule_settings() -%}
    {%- set rules = {
        'clock': ['reporting_timezone', 'reporting_currency', 'as_of_date'],
        'orders': [
            'source_systems', 'decimal_mark', 'counted_order_statuses',
            'uncounted_order_statuses',
        ],
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
    {%- set settings = [] -%}
    {%- for scope, names in rules.items() -%}
        {%- for name in names -%}
            {%- set value = var(name) -%}
            {#- YAML reads a date as a date, not as a text. -#}
            {%- set text = value | join(', ')
                if value is iterable and value is not string else value -%}
            {%- do settings.append(
                {'scope': scope, 'setting': name, 'text': text | string}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(settings) }}
{%- endmacro -%}
