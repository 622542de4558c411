{#-
    Reads a raw value as text: trimmed, blank as null. A column of whole numbers gets a
    fraction of zero in many tools as soon as one value of it is missing, so 1001.0 is
    1001 in columns of numbers, and what is not a number is missing.
    Arguments: column, the SQL name; raw_type, the type that it has in the raw table.
-#}
{%- macro read_text(column, raw_type) -%}
    {%- set text = 'trim(cast(' ~ column ~ ' as string))' -%}
    {%- set type = raw_type | lower -%}
    {%- if type in ['double', 'float', 'real'] or type.startswith('decimal') -%}
        nullif(regexp_replace(lower({{ text }}), '[.]0+$', ''), 'nan')
    {%- else -%}
        nullif({{ text }}, '')
    {%- endif -%}
{%- endmacro -%}
