{%- macro to_e164(phone) -%}
    case when length(translate({{ phone }}, ' +-./()', '')) between 9 and 13 then
    '+84' || regexp_replace(regexp_replace(translate({{ phone }}, ' +-./()', ''), '^84', ''), '^0', '') end
{%- endmacro -%}
{%- macro normalised_email(email) -%}
    case when lower(trim({{ email }})) like '%_@_%._%' then lower(trim({{ email }})) end
{%- endmacro -%}
