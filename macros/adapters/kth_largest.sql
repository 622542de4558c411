{#-
    The k-th largest value up to the current row of a window; null below k rows.
    Arguments: value, an SQL expression; k, from 1; window, the name of a window whose
    frame starts with its partition and ends at the current row.
-#}
{%- macro kth_largest(value, k, window) -%}
    {{ return(adapter.dispatch('kth_largest')(value, k, window)) }}
{%- endmacro -%}

{%- macro duckdb__kth_largest(value, k, window) -%}
    list_extract(max({{ value }}, {{ k }}) over {{ window }}, {{ k }})
{%- endmacro -%}

{%- macro spark__kth_largest(value, k, window) -%}
    get(sort_array(collect_list({{ value }}) over {{ window }}, false), {{ k }} - 1)
{%- endmacro -%}
