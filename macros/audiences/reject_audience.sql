{#-
    Stops the build with the seed, its rows, the problem and the remedy.
    Arguments: problem, remedy: texts; rows, of seed `audience_rules`, or the names of
    audiences.
-#}
{%- macro reject_audience(problem, rows, remedy, seed='audience_rules') -%}
    {%- set named = [] -%}
    {%- for row in rows -%}
        {%- do named.append('(' ~ [
            row.audience, row.rule_group, row.attribute, row.operator,
            '' if row.value is none else row.value,
        ] | join(', ') ~ ')' if row is mapping else '(' ~ row ~ ')') -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        'Seed `' ~ seed ~ '`: ' ~ problem ~ ': '
        ~ named | unique(case_sensitive=true) | join(' and ') ~ '. ' ~ remedy
    ) }}
{%- endmacro -%}
