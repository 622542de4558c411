{#-
    Reads a raw value as text: trimmed, blank as null. A column of whole numbers gets a
    fraction of zero in many tools as soon as one value of it is missing, so 1001.0 is
    1001 in columns of numbers, and what is not a number is missing.
    Arguments: column, the SQL name; raw_type, the type that it has in the raw table.
-#}
{%- macro read_text(column, raw_type) -%}
    {%- set type = raw_type | lower -%}
    {%- if type in ['double', 'float', 'real'] -%}
        nullif(regexp_replace(lower({{ text_of_double(column) }}), '[.]0+$', ''), 'nan')
    {%- elif type.startswith('decimal') -%}
        regexp_replace(cast({{ column }} as string), '[.]0+$', '')
    {%- else -%}
        nullif(trim(cast({{ column }} as string)), '')
    {%- endif -%}
{%- endmacro -%}
