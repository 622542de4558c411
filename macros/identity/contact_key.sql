{#-
    What an e-mail or phone number is known by outside of `person_contacts`: the SHA-256,
    in hexadecimal, of the normalised value. One that cannot tell persons apart carries
    its reason before it and links nothing:

    - `placeholder:`, it stands in seed placeholder_identifiers;
    - `unreadable:`, it is no address or number at all; then the hash is of the text.

    The pseudonym of an erased one is kept (see hide_erased).

    Arguments: kind, email or phone; given, SQL, the text as it was given; normalised,
    SQL, what comparable_identifier made of it.
-#}
{%- macro contact_key(kind, given, normalised) -%}
    case
        when {{ given }} is null then null
        when {{ given }} like 'erased:%' then {{ given }}
        when {{ is_placeholder(kind, given, normalised) }}
            then 'placeholder:' || {{ sha256_of('lower(' ~ given ~ ')') }}
        when {{ normalised }} is null
            then 'unreadable:' || {{ sha256_of('lower(' ~ given ~ ')') }}
        else {{ sha256_of(normalised) }}
    end
{%- endmacro -%}


{#-
    Whether a contact is one that stands for none. An e-mail is compared normalised, as a
    whole, by its part before the @ and by its domain; a phone number by its digits,
    whether written as at home or with the country code.
    Arguments: as of contact_key.
-#}
{%- macro is_placeholder(kind, given, normalised) -%}
    {%- if kind == 'email' -%}
        {%- set text = 'coalesce(' ~ normalised ~ ', lower(trim(' ~ given ~ ')))' -%}
        {{ text }} in ({{ placeholders(kind, 'value') }})
        or split_part({{ text }}, '@', 1) in ({{ placeholders(kind, 'local_part') }})
        or split_part({{ text }}, '@', 2) in ({{ placeholders(kind, 'domain') }})
    {%- else -%}
        translate({{ given }}, ' +-./()', '') in ({{ placeholders(kind, 'value') }})
        or coalesce({{ normalised }}, '') in ({{ placeholders(kind, 'value', 'phone') }})
    {%- endif -%}
{%- endmacro -%}


{#-
    The seed's values of a kind, as a subquery.
    Arguments: kind; part, of the identifier; written_as, phone for the E.164 form.
-#}
{%- macro placeholders(kind, part, written_as='value') -%}
    select
        {%- if written_as == 'phone' %}
        coalesce({{ to_e164('value') }}, value)
        {%- else %}
        lower(value)
        {%- endif %}
    from {{ ref('placeholder_identifiers') }}
    where identifier_type = '{{ kind }}' and part = '{{ part }}'
{%- endmacro -%}
