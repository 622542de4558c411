{#-
    Whether the model that is being built holds a record of earlier runs, which it then
    continues. False while the project is only compiled.
-#}
{%- macro has_record() -%}
    {{ return(is_there(this)) }}
{%- endmacro -%}
