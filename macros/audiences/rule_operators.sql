{#-
    The operators of rules: by name, what value each takes (one, list, pair, days, none)
    and the kinds of attributes that it fits.
-#}
{%- macro rule_operators() -%}
    {%- set numbers = ['number', 'whole number'] -%}
    {%- set ordered = numbers + ['date'] -%}
    {%- set listed = ordered + ['text'] -%}
    {%- set all_kinds = listed + ['boolean'] -%}
    {{ return({
        '=': {'takes': 'one', 'kinds': all_kinds},
        '!=': {'takes': 'one', 'kinds': all_kinds},
        '<': {'takes': 'one', 'kinds': ordered},
        '<=': {'takes': 'one', 'kinds': ordered},
        '>': {'takes': 'one', 'kinds': ordered},
        '>=': {'takes': 'one', 'kinds': ordered},
        'in': {'takes': 'list', 'kinds': listed},
        'not_in': {'takes': 'list', 'kinds': listed},
        'between': {'takes': 'pair', 'kinds': ordered},
        'contains': {'takes': 'one', 'kinds': ['text']},
        'is_null': {'takes': 'none', 'kinds': all_kinds + ['other']},
        'is_not_null': {'takes': 'none', 'kinds': all_kinds + ['other']},
        'in_last_days': {'takes': 'days', 'kinds': ['date']},
        'in_next_days': {'takes': 'days', 'kinds': ['date']},
    }) }}
{%- endmacro -%}


{#-
    The values of a rule as a list of texts, as many as its operator takes.
    Arguments: rule, a row of seed `audience_rules`.
-#}
{%- macro rule_values(rule) -%}
    {%- set takes = rule_operators()[rule.operator].takes -%}
    {%- if takes == 'none' -%}
        {{ return([]) }}
    {%- elif takes in ['list', 'pair'] -%}
        {{ return((rule.value | string).split('|')) }}
    {%- endif -%}
    {{ return([rule.value | string]) }}
{%- endmacro -%}
