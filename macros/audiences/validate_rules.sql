{#-
    Stops at the first rule that cannot be right: an unknown attribute or operator, one
    that does not fit the other, a value of the wrong type, or rules of one group that
    nobody can fit together.
    Arguments: rules: rows of seed `audience_rules`; attributes: of audience_attributes.
-#}
{%- macro validate_rules(rules, attributes) -%}
    {%- set operators = rule_operators() -%}
    {%- for rule in rules -%}
        {%- if rule.rule_group is none -%}
            {%- do reject_audience('a rule has no rule_group', [rule],
                'Number it; rules of one number must hold together.') -%}
        {%- endif -%}
        {%- do validate_attribute(rule.attribute, attributes, [rule]) -%}
        {%- if rule.operator not in operators -%}
            {%- do reject_audience('there is no such operator', [rule],
                'Use one of ' ~ operators | join(', ') ~ '.') -%}
        {%- endif -%}
        {%- set kind = attributes[rule.attribute].kind -%}
        {%- set kinds = operators[rule.operator].kinds -%}
        {%- if kind not in kinds -%}
            {%- set fitting = [] -%}
            {%- for name, operator in operators.items() if kind in operator.kinds -%}
                {%- do fitting.append(name) -%}
            {%- endfor -%}
            {%- do reject_audience('the operator does not fit a ' ~ kind, [rule],
                'It fits a ' ~ kinds | join(', a ') ~ '. For a ' ~ kind ~ ' use '
                ~ fitting | join(', ') ~ '.') -%}
        {%- endif -%}
        {%- do validate_value(rule, kind, operators[rule.operator].takes) -%}
    {%- endfor -%}
    {%- for _, rules_of_audience in rules | groupby('audience') -%}
        {%- for _, group in rules_of_audience | groupby('rule_group') -%}
            {%- set by_column = {} -%}
            {%- for rule in group -%}
                {%- set column = attributes[rule.attribute].sql -%}
                {%- do by_column.update(
                    {column: by_column.get(column, []) + [rule]}) -%}
            {%- endfor -%}
            {%- for column_rules in by_column.values() -%}
                {%- set kind = attributes[column_rules[0].attribute].kind -%}
                {%- if contradict(column_rules, kind) -%}
                    {%- do reject_audience('nobody can fit this', column_rules,
                        'Rules of one rule_group must all hold; put alternatives '
                        ~ 'into groups of their own.') -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro -%}


{#-
    Stops where the value of a rule is not of the kind of its attribute.
    Arguments: rule; kind, of its attribute; takes, see rule_operators.
-#}
{%- macro validate_value(rule, kind, takes) -%}
    {%- set is_empty = rule.value is none or (rule.value | string) == '' -%}
    {%- if takes == 'none' and not is_empty -%}
        {%- do reject_audience('the operator takes no value', [rule],
            'Leave the value empty.') -%}
    {%- elif takes != 'none' and is_empty -%}
        {%- do reject_audience('the value is missing', [rule],
            'Give one, or use is_null for what is unknown.') -%}
    {%- endif -%}
    {%- set values = rule_values(rule) -%}
    {%- if takes == 'pair' and values | length != 2 -%}
        {%- do reject_audience('between takes two values', [rule],
            'Write them as lowest|highest.') -%}
    {%- endif -%}
    {%- set wanted = 'days' if takes == 'days' else kind -%}
    {%- for value in values if not is_value_of(value, wanted) -%}
        {%- do reject_audience('`' ~ value ~ '` is no value of this attribute', [rule], {
            'text': 'Each item between two | must be a text.',
            'whole number': 'Write a whole number of at most 15 digits, such as 30.',
            'number': 'Write a number such as 30 or 1.5, without separators.',
            'date': 'Write a date such as 2024-03-31.',
            'boolean': 'Write true or false.',
            'days': 'Write a number of days from 1 to 99999.',
        }[wanted]) -%}
    {%- endfor -%}
{%- endmacro -%}


{#-
    Whether a value is one of a kind of attribute, or a number of days.
    Arguments: value, a text; kind, of the attribute, or `days`.
-#}
{%- macro is_value_of(value, kind) -%}
    {%- if kind == 'date' -%}
        {{ return(is_iso_date(value)) }}
    {%- endif -%}
    {{ return(modules.re.fullmatch({
        'text': '(?s).+',
        'whole number': '-?[0-9]{1,15}',
        'number': '-?[0-9]{1,11}([.][0-9]{1,4})?',
        'boolean': 'true|false',
        'days': '[1-9][0-9]{0,4}',
    }[kind], value | string) is not none) }}
{%- endmacro -%}
