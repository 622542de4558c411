{%- for rule in rule_settings() %}
select
    '{{ rule.scope }}' as scope,
    '{{ rule.setting }}' as setting,
    cast({{ text_literal(rule.text) }} as string) as setting_value
{{ 'union all' if not loop.last }}
{%- endfor %}
