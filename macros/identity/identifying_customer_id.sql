{#-
    A customer id as it was given; null where it stands in seed placeholder_identifiers, in
    any letter case: what a shop system writes for guests identifies nobody.
    Arguments: given, SQL, text.
-#}
{%- macro identifying_customer_id(given) -%}
    case
        when lower({{ given }}) in ({{ placeholders('customer_id', 'value') }}) then null
        else {{ given }}
    end
{%- endmacro -%}
