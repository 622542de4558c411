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
    {%- set state = namespace(
        allowed=['true', 'false'] if kind == 'boolean' else none,
        low=none, is_low_open=false, high=none, is_high_open=false) -%}
    {%- set excluded = [] -%}
    {%- set parts = [] -%}
    {%- for rule in rules if rule.operator not in ['in_last_days', 'in_next_days'] -%}
        {%- set values = [] -%}
        {%- for value in rule_values(rule) -%}
            {%- do values.append(comparable_value(value, kind)) -%}
        {%- endfor -%}
        {%- if rule.operator in ['=', 'in'] -%}
            {%- set state.allowed = values if state.allowed is none
                else state.allowed | select('in', values) | list -%}
        {%- elif rule.operator in ['!=', 'not_in'] -%}
            {%- do excluded.extend(values) -%}
        {%- elif rule.operator == 'contains' -%}
            {%- do parts.append(values[0] | lower) -%}
        {%- endif -%}
        {%- if rule.operator in ['>', '>=', 'between'] -%}
            {%- set is_open = rule.operator == '>' -%}
            {%- if state.low is none or values[0] > state.low
                or (values[0] == state.low and is_open) -%}
                {%- set state.low = values[0] -%}
                {%- set state.is_low_open = is_open -%}
            {%- endif -%}
        {%- endif -%}
        {%- if rule.operator in ['<', '<=', 'between'] -%}
            {%- set is_open = rule.operator == '<' -%}
            {%- if state.high is none or values[-1] < state.high
                or (values[-1] == state.high and is_open) -%}
                {%- set state.high = values[-1] -%}
                {%- set state.is_high_open = is_open -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}

    {#- Whole numbers and days: an open end is the next one's closed end. -#}
    {%- set is_discrete = kind in ['whole number', 'date'] -%}
    {%- if is_discrete and state.is_low_open -%}
        {%- set state.low = state.low + 1 -%}
        {%- set state.is_low_open = false -%}
    {%- endif -%}
    {%- if is_discrete and state.is_high_open -%}
        {%- set state.high = state.high - 1 -%}
        {%- set state.is_high_open = false -%}
    {%- endif -%}
    {%- if state.low is not none and state.high is not none -%}
        {%- if state.low > state.high or (state.low == state.high
            and (state.is_low_open or state.is_high_open)) -%}
            {{ return(true) }}
        {%- endif -%}
        {%- if state.allowed is none and state.low == state.high -%}
            {%- set state.allowed = [state.low] -%}
        {%- elif state.allowed is none and is_discrete
            and state.high - state.low < excluded | length -%}
            {%- set state.allowed = range(state.low, state.high + 1) | list -%}
        {%- endif -%}
    {%- endif -%}
    {%- if state.allowed is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for value in state.allowed if value not in excluded
        and (state.low is none or value > state.low
            or (value == state.low and not state.is_low_open))
        and (state.high is none or value < state.high
            or (value == state.high and not state.is_high_open)) -%}
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
