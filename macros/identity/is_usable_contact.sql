{#-
    Whether a contact is one that can be written to or called: there is one, and it is no
    placeholder and not unreadable.
    Arguments: contact_key, SQL, what contact_key gives.
-#}
{%- macro is_usable_contact(contact_key) -%}
    coalesce({{ contact_key }} not like '%:%', false)
{%- endmacro -%}
