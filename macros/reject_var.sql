{#-
    Stops with the var's name, what it was and what is allowed.
    Arguments: name, value, allowed, texts; problem, what is wrong, in front of them.
-#}
{%- macro reject_var(name, value, allowed, problem='Wrong value') -%}
    {{ exceptions.raise_compiler_error(
        problem ~ ': var `' ~ name ~ '` is `' ~ value ~ '`. Allowed: ' ~ allowed
        ~ '. Set it in dbt_project.yml or with --vars.'
    ) }}
{%- endmacro -%}
