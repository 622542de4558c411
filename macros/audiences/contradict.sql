{#-
    Whether no value can fit all of some rules on one attribute, which all must hold.
    Dates and days before or after the as-of date are judged apart, because the as-of
    date is not known here.
    Arguments: rules, valid ones; kind, of their attribute.
-#}
{%- macro contradict(rules, kind) -%}
    {%- set operators = rules | map(attribute='operator') | list -%}
    {%- if 'is_null' in operators -%}
        {{ return(operators | reject('equalto', 'is_null') | list | length > 0) }}
    {%- endif -%}
    {%- set days = rules | selectattr('operator', 'in', ['in_last_days', 'in_next_days'])
        | map(attribute='operator') | unique | list -%}
    {%- if days | length == 2 -%}
        {{ return(true) }}
    {%- endif -%}

    {#- What = and in leave (none: anything), what != and not_in take away. -#}
    {%- set left = namespace(values=['true', 'false'] if kind == 'boolean' else none) -%}
    {%- set excluded, parts = [], [] -%}
    {#- Ends as pairs: (5, true) is above 5, and (5, false) below it. -#}
    {%- set lowest, highest = [], [] -%}
    {%- for rule in rules if rule.operator not in ['in_last_days', 'in_next_days'] -%}
        {%- set values = [] -%}
        {%- for value in rule_values(rule) -%}
            {%- do values.append(comparable_value(value, kind)) -%}
        {%- endfor -%}
        {%- if rule.operator in ['=', 'in'] -%}
            {%- set left.values = values if left.values is none
                else left.values | select('in', values) | list -%}
        {%- elif rule.operator in ['!=', 'not_in'] -%}
            {%- do excluded.extend(values) -%}
        {%- elif rule.operator == 'contains' -%}
            {%- do parts.append(values[0] | lower) -%}
        {%- endif -%}
        {%- if rule.operator in ['>', '>=', 'between'] -%}
            {%- do lowest.append((values[0], rule.operator == '>')) -%}
        {%- endif -%}
        {%- if rule.operator in ['<', '<=', 'between'] -%}
            {%- do highest.append((values[-1], rule.operator != '<')) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if left.values is none and lowest and highest -%}
        {%- set low, high = (lowest | max)[0], (highest | min)[0] -%}
        {%- if low >= high -%}
            {%- set left.values = [low] -%}
        {%- elif kind in ['whole number', 'date'] and high - low < excluded | length + 2 -%}
            {%- set left.values = range(low, high + 1) | list -%}
        {%- endif -%}
    {%- endif -%}
    {%- if left.values is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for value in left.values if value not in excluded
        and (not lowest or (value, false) >= lowest | max)
        and (not highest or (value, true) <= highest | min) -%}
        {%- set missing = [] -%}
        {%- for part in parts if part not in (value | lower) -%}
            {%- do missing.append(part) -%}
        {%- endfor -%}
        {%- if not missing -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro -%}


{#-
    A value of a rule to compare with others: a number, the number of a day, or a text.
    Arguments: value, a text that fits; kind, of the attribute.
-#}
{%- macro comparable_value(value, kind) -%}
    {%- if kind == 'whole number' -%}
        {{ return(value | int) }}
    {%- elif kind == 'number' -%}
        {{ return(value | float) }}
    {%- elif kind == 'date' -%}
        {{ return(modules.datetime.datetime.strptime(value, '%Y-%m-%d').toordinal()) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro -%}
