{#-
    An aggregate: the values of a group in order of their characters, joined into one
    text; nulls are left out.
    Arguments: value, an SQL string; separator, what stands between two of them.
-#}
{%- macro sorted_text(value, separator=', ') -%}
    {{ return(adapter.dispatch('sorted_text')(value, separator)) }}
{%- endmacro -%}

{%- macro duckdb__sorted_text(value, separator) -%}
    {#- A list that is sorted once it is whole: an ordered aggregate costs four times it. -#}
    array_to_string(
        list_sort(list({{ value }}) filter (where {{ value }} is not null)),
        '{{ separator }}'
    )
{%- endmacro -%}

{%- macro spark__sorted_text(value, separator) -%}
    array_join(array_sort(collect_list({{ value }})), '{{ separator }}')
{%- endmacro -%}
