{#-
    An e-mail address in lower case and without space around it; null where the text is
    no address: something, one @, and a domain of two names or more, no space in it.
    Nothing that only some providers do (dots, +tags) is undone.
    Arguments: email, an SQL string.
-#}
{%- macro normalised_email(email) -%}
    {#- Blanks of all kinds, also those of no width that come along when copying. -#}
    {%- set blanks = ' \t\n\r\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f'
        ~ '\u205f-\u2064\u3000\ufeff' -%}
    {%- set word = '[^@' ~ blanks ~ ']+' -%}
    {%- set name = '[^@.' ~ blanks ~ ']+' -%}
    nullif(regexp_extract(lower({{ email }}), '^[{{ blanks }}]*(
        {{- word }}@{{ name }}([.]{{ name }})+)[{{ blanks }}]*$', 1), '')
{%- endmacro -%}
