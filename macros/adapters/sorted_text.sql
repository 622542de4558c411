{#-
    An aggregate: the values of a group in order of their characters, joined by a comma
    and a space; nulls are left out.
    Arguments: value, an SQL string.
-#}
{%- macro sorted_text(value) -%}
    {{ return(adapter.dispatch('sorted_text')(value)) }}
{%- endmacro -%}

{%- macro duckdb__sorted_text(value) -%}
    {#- A list that is sorted once it is whole: an ordered aggregate costs four times it. -#}
    array_to_string(
        list_sort(list({{ value }}) filter (where {{ value }} is not null)), ', '
    )
{%- endmacro -%}

{%- macro spark__sorted_text(value) -%}
    array_join(array_sort(collect_list({{ value }})), ', ')
{%- endmacro -%}
