{#-
    The latest value that is not null, up to the current row of a window.
    Arguments: value, an SQL expression; window, the name of a window whose frame ends
    at the current row.
-#}
{%- macro last_known(value, window) -%}
    {{ return(adapter.dispatch('last_known')(value, window)) }}
{%- endmacro -%}

{%- macro duckdb__last_known(value, window) -%}
    last_value({{ value }} ignore nulls) over {{ window }}
{%- endmacro -%}

{%- macro spark__last_known(value, window) -%}
    last_value({{ value }}, true) over {{ window }}
{%- endmacro -%}
