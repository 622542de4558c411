{#-
    The SQL of a rule that has passed validate_rules. A null fits is_null only.
    Arguments: rule, a row of seed `audience_rules`; attribute, its entry of
    audience_attributes; as_of_date, an SQL date.
-#}
{%- macro rule_condition(rule, attribute, as_of_date) -%}
    {%- set column = attribute.sql -%}
    {%- set literals = [] -%}
    {%- for value in rule_values(rule) -%}
        {%- do literals.append(rule_literal(value,
            'text' if rule.operator == 'contains' else attribute.kind)
            if rule.operator not in ['in_last_days', 'in_next_days'] else value) -%}
    {%- endfor -%}
    {%- if rule.operator == 'is_null' -%}
        {{ column }} is null
    {%- elif rule.operator == 'is_not_null' -%}
        {{ column }} is not null
    {%- elif rule.operator == 'in' -%}
        {{ column }} in ({{ literals | join(', ') }})
    {%- elif rule.operator == 'not_in' -%}
        {{ column }} not in ({{ literals | join(', ') }})
    {%- elif rule.operator == 'between' -%}
        {{ column }} between {{ literals[0] }} and {{ literals[1] }}
    {%- elif rule.operator == 'contains' -%}
        contains(lower({{ column }}), lower({{ literals[0] }}))
    {%- elif rule.operator == 'in_last_days' -%}
        {{ column }} > {{ as_of_date }} - {{ literals[0] }} and {{ column }} <= {{ as_of_date }}
    {%- elif rule.operator == 'in_next_days' -%}
        {{ column }} > {{ as_of_date }} and {{ column }} <= {{ as_of_date }} + {{ literals[0] }}
    {%- else -%}
        {{ column }} {{ '<>' if rule.operator == '!=' else rule.operator }} {{ literals[0] }}
    {%- endif -%}
{%- endmacro -%}


{#-
    A value of a rule as an SQL literal.
    Arguments: value, a text that fits; kind, of the attribute.
-#}
{%- macro rule_literal(value, kind) -%}
    {%- if kind == 'text' -%}
        {{ text_literal(value) }}
    {%- elif kind == 'date' -%}
        cast('{{ value }}' as date)
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro -%}
