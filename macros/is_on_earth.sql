{#-
    Whether coordinates are a place: both are there, in range, and not 0, 0, which is
    what systems write that know none.
    Arguments: latitude, longitude: SQL numbers, in degrees.
-#}
{%- macro is_on_earth(latitude, longitude) -%}
    abs({{ latitude }}) <= 90 and abs({{ longitude }}) <= 180
        and not ({{ latitude }} = 0 and {{ longitude }} = 0)
{%- endmacro -%}
