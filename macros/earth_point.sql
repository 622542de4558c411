{#-
    In a select list: a place on a sphere of radius 1, as columns x, y and z. From them a
    distance takes a few multiplications.
    Arguments: latitude, longitude: SQL numbers, in degrees.
-#}
{%- macro earth_point(latitude, longitude) -%}
    cos(radians({{ latitude }})) * cos(radians({{ longitude }})) as x,
    cos(radians({{ latitude }})) * sin(radians({{ longitude }})) as y,
    sin(radians({{ latitude }})) as z
{%- endmacro -%}
