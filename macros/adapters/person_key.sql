{#-
    The stable, pseudonymous id of a person: 12 letters and digits (71 bits) out of the
    MD5 of the identifier that the person is known by. Twelve characters are what DuckDB
    keeps inside a row without a pointer, so joining by it costs little more than by a
    number.
    Arguments: source_system, identifier_type, identifier_value: SQL strings. The id of an
    identifier that was erased stands in its pseudonym (see hide_erased).
-#}
{%- macro person_key(source_system, identifier_type, identifier_value) -%}
    case
        when {{ identifier_value }} like 'erased:____________'
            then substr({{ identifier_value }}, 8)
        else {{ hashed_person_key(source_system, identifier_type, identifier_value) }}
    end
{%- endmacro -%}


{#-
    The id of an identifier that was not erased.
    Arguments: source_system, identifier_type, identifier_value: SQL strings.
-#}
{%- macro hashed_person_key(source_system, identifier_type, identifier_value) -%}
    {%- set text = source_system ~ " || '|' || " ~ identifier_type ~ " || '|' || "
        ~ identifier_value -%}
    replace(replace({{ adapter.dispatch('base64_of_md5')(text) }}, '+', '0'), '/', '1')
{%- endmacro -%}

{%- macro duckdb__base64_of_md5(text) -%}
    to_base64(unhex(substr(md5({{ text }}), 1, 18)))
{%- endmacro -%}

{%- macro spark__base64_of_md5(text) -%}
    base64(unhex(substr(md5({{ text }}), 1, 18)))
{%- endmacro -%}
