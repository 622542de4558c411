{#-
    A query: one row per audience with the word and the bit that stand for it; no row
    where there are no audiences.
    Arguments: audiences, of compile_audiences.
-#}
{%- macro audience_bits(audiences) -%}
    {%- for audience in audiences %}
    {{ 'union all' if not loop.first }}
    select
        '{{ audience.audience }}' as audience,
        {{ audience.word }} as word,
        cast({{ audience.bit }} as bigint) as bit
    {%- else -%}
    select
        cast(null as string) as audience,
        0 as word,
        cast(0 as bigint) as bit
    where false
    {%- endfor -%}
{%- endmacro -%}


{#-
    Whether the bit of an audience is set in its word.
    Arguments: words, compiled audiences by word.
-#}
{%- macro has_audience_bit(words) -%}
    {%- for word, _ in words %}
    {{- ' or ' if not loop.first -}}
    (bits.word = {{ word }} and (scanned.word_{{ word }} & bits.bit) <> 0)
    {%- else -%}
    false
    {%- endfor -%}
{%- endmacro -%}


{#-
    The part of an audience that a person is in: the value of its attribute, `unknown`
    where that is null, `all` for an audience in one piece.
    Arguments: audiences, of compile_audiences.
-#}
{%- macro audience_part(audiences) -%}
    {%- set split = audiences | selectattr('part') | list -%}
    {%- if split -%}
    case bits.audience
        {%- for audience in split %}
        when '{{ audience.audience }}'
            then coalesce(scanned.part_of_{{ audience.audience }}, 'unknown')
        {%- endfor %}
        else 'all'
    end
    {%- else -%}
    'all'
    {%- endif -%}
{%- endmacro -%}
