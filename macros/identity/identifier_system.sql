{#-
    The system that an identifier belongs to: an e-mail or phone number means the same
    everywhere, so that it links persons across systems; all others are a system's own.
    Arguments: identifier_type. Returns SQL.
-#}
{%- macro identifier_system(identifier_type) -%}
    {{ return("'any'" if identifier_type in ['email', 'phone'] else 'source_system') }}
{%- endmacro -%}
