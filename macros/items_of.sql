{#-
    The items of a var that is a list. What is no list has none: models ask for them while
    the project is parsed, and validate_vars has its say only afterwards.
    Arguments: name, of the var.
-#}
{%- macro items_of(name) -%}
    {{ return(var(name) if var(name) is iterable and var(name) is not string
        and var(name) is not mapping else []) }}
{%- endmacro -%}
