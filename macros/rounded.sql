{#-
    A double rounded to some decimals, half away from zero. Engines see other halves in
    round(x, 4): some look at the digits that the double is written with, some at the
    double; without decimals they agree.
    Arguments: number, an SQL double (of a quotient of decimals one must be cast);
    decimals, how many.
-#}
{%- macro rounded(number, decimals) -%}
    round(({{ number }}) * {{ 10 ** decimals | int }}) / {{ 10 ** decimals | int }}
{%- endmacro -%}
