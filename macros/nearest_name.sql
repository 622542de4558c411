{#-
    The name out of a list that shares the most pairs of letters with a given one.
    Arguments: name, a text; names, a list.
-#}
{%- macro nearest_name(name, names) -%}
    {%- set best = namespace(name='', score=-1) -%}
    {%- set wanted = letter_pairs(name | string | lower) -%}
    {%- for candidate in names -%}
        {%- set pairs = letter_pairs(candidate) -%}
        {%- set common = pairs | select('in', wanted) | list | length -%}
        {%- set score = 2 * common / (pairs | length + wanted | length) -%}
        {%- if score > best.score -%}
            {%- set best.name = candidate -%}
            {%- set best.score = score -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{%- endmacro -%}


{#-
    The pairs of neighbouring letters of a text, its ends marked.
    Arguments: text.
-#}
{%- macro letter_pairs(text) -%}
    {%- set marked = '^' ~ text ~ '$' -%}
    {%- set pairs = [] -%}
    {%- for start in range(marked | length - 1) -%}
        {%- do pairs.append(marked[start:start + 2]) -%}
    {%- endfor -%}
    {{ return(pairs | unique | list) }}
{%- endmacro -%}
