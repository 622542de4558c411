{#-
    What the model of matched persons needs to know of each audience, checked before: a
    list of dicts with audience, word (number of the integer that carries its bit), bit,
    condition (SQL over one person) and part (SQL, or none where it is not split).
    Arguments: audiences, rules: rows of the seeds; attributes: of audience_attributes;
    as_of_date, an SQL date.
-#}
{%- macro compile_audiences(audiences, rules, attributes, as_of_date) -%}
    {%- set compiled = [] -%}
    {%- if not attributes or not (audiences or rules) -%}
        {{ return(compiled) }}
    {%- endif -%}
    {%- do validate_audiences(audiences, rules, attributes) -%}
    {%- do validate_rules(rules, attributes) -%}
    {%- set bits_per_word = 60 -%}
    {%- for audience in audiences | sort(attribute='audience') -%}
        {%- set groups = [] -%}
        {%- for _, group in rules | selectattr('audience', 'equalto', audience.audience)
            | groupby('rule_group') -%}
            {%- set conditions = [] -%}
            {%- for rule in group -%}
                {%- do conditions.append(rule_condition(
                    rule, attributes[rule.attribute], as_of_date)) -%}
            {%- endfor -%}
            {#- Without being told, Jinja takes A and a for the same. -#}
            {%- do groups.append(
                conditions | unique(case_sensitive=true) | join(' and ')) -%}
        {%- endfor -%}
        {%- do compiled.append({
            'audience': audience.audience,
            'word': loop.index0 // bits_per_word,
            'bit': 2 ** (loop.index0 % bits_per_word),
            'condition': groups | join(' or '),
            'part': attributes[audience.split_by].sql if audience.split_by else none,
        }) -%}
    {%- endfor -%}
    {{ return(compiled) }}
{%- endmacro -%}
