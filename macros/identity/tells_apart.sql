{#-
    Whether a contact can tell persons apart, also as the pseudonym of one that was erased.
    Arguments: contact_key, SQL, as contact_key writes it.
-#}
{%- macro tells_apart(contact_key) -%}
    ({{ contact_key }} not like '%:%' or {{ contact_key }} like 'erased:%')
{%- endmacro -%}
