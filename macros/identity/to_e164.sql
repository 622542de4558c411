{#-
    A phone number in international form (E.164), such as +84912345678; null where the
    text is no valid number. The rules are those of Google's libphonenumber, as Python's
    `phonenumbers` has them, for numbers written inside of var default_region. Old
    Vietnamese mobile numbers of 11 digits become the ones that replaced them in 2018.
    Arguments: phone, an SQL string.
-#}
{%- macro to_e164(phone) -%}
    {%- set regions = phone_metadata().regions -%}
    {#- Of a region that is none validate_vars says so, after the project is parsed. -#}
    {%- set region = regions[var('default_region')] if execute
        else regions.get(var('default_region') | string, regions['VN']) -%}
    {#- A plus before 00 is one too many; before other digits it must be meant. -#}
    {%- set plus = '[+]?' if modules.re.match('0[^|]*$', region.dial_out) else '' -%}
    {%- set dialled = replace_matches(phone_digits(phone),
        '^' ~ plus ~ '(?:' ~ region.dial_out ~ ')([1-9])', '+{1}') -%}
    {%- set international = with_value(
        dialled, 'dialled', to_international('dialled', region)) -%}
    {{ if_valid_phone(to_new_vietnamese_mobile(without_trunk_prefix(international))) }}
{%- endmacro -%}


{#-
    The digits of a text that begins or ends with a phone number, with a + before them
    if there is one; what cannot be a number gives null or an empty text. Words before
    the number and an extension after it are left out; three letters or more inside of
    it stand for the keys of a phone.
    Arguments: phone, an SQL string.
-#}
{%- macro phone_digits(phone) -%}
    {%- set digit_scripts = [
        '０１２３４５６７８９', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹', '०१२३४५६७८९', '๐๑๒๓๔๕๖๗๘๙',
        '០១២៣៤៥៦៧៨៩', '໐໑໒໓໔໕໖໗໘໙', '၀၁၂၃၄၅၆၇၈၉',
    ] -%}
    {%- set others = {
        '＋': '+', '／': '/', '．': '.', '～∼⁓': '~', '（［[': '(', '）］]': ')',
        '‐‑‒–—―−ー－': '-', '\u00a0\u00ad\u200b\u2060\u3000': ' ',
        'ｘＸ': 'x', 'ｅＥ': 'e', 'ｔＴ': 't', 'ｎＮ': 'n', 'ｉＩ': 'i', '＃': '#',
    } -%}
    {%- set from = (digit_scripts | join) ~ (others | join) -%}
    {%- set to = ['0123456789' * (digit_scripts | length)] -%}
    {%- for marks, plain in others.items() -%}
        {%- do to.append(plain * (marks | length)) -%}
    {%- endfor -%}
    {%- set in_ascii -%}
    case when {{ matches_fully(phone, '[ -Z^-~]*') }} then lower({{ phone }})
        else lower(translate({{ phone }}, '{{ from }}', '{{ to | join }}')) end
    {%- endset -%}

    {%- set number = '[+]?(?:[-x ()./~*]*[0-9]){3,}?[-x ()./~*a-z0-9]*?' -%}
    {%- set extension = '(?:'
        ~ ';ext=[0-9]{1,20}|'
        ~ '[ \t,]*(?:e?xt(?:ensi(?:o\u0301?|\u00f3))?n?|\u0434\u043e\u0431|anexo)'
        ~ '[:.]?[ \t,-]*[0-9]{1,20}#?|'
        ~ '[ \t,]*(?:[x#~]|int)[:.]?[ \t,-]*[0-9]{1,9}#?|'
        ~ '[- ]+[0-9]{1,6}#|'
        ~ '[ \t]*(?:,,|;)[:.]?[ \t,-]*[0-9]{1,15}#?|'
        ~ '[ \t]*,+[:.]?[ \t,-]*[0-9]{1,9}#?)?' -%}
    {%- set second_number = '(?:/ *x.*|;isub=.*)?' -%}
    {%- set end_marks = '[\t\n\r -"$-/:-@^-`{-~\u2000-\u206f\ufeff]*' -%}
    {%- set extracted = 'regexp_extract(' ~ in_ascii ~ ", '^[^0-9+]*[+]*?(" ~ number ~ ')'
        ~ extension ~ second_number ~ end_marks ~ "$', 1)" -%}
    {#- One or two letters mean nothing. -#}
    {%- set keys = replace_matches(
        extracted, '^([^a-z]*)[a-z]?([^a-z]*)[a-z]?([^a-z]*)$', '{1}{2}{3}') -%}
    case when {{ matches_fully(phone, '[ (]*[+]?[0-9 .()-]*') }}
        then {{ replace_matches(phone, '[^0-9+]', '') }}
        else {{ replace_matches(
            "translate(" ~ keys ~ ", 'abcdefghijklmnopqrstuvwxyz', "
            ~ "'22233344455566677778889999')", '[^0-9+]', '') }}
    end
{%- endmacro -%}


{#-
    Digits with the calling code and a + before them.
    Arguments: dialled, an SQL string of digits, or of + and digits; region, the
    metadata of the region inside of which the digits would be dialled.
-#}
{%- macro to_international(dialled, region) -%}
    {%- set prefixes = [] -%}
    {%- for rule in phone_metadata().trunk if region.code in rule.codes.split('|') -%}
        {%- do prefixes.append(rule.prefix) -%}
    {%- endfor -%}
    {%- set coded = region.code ~ '(?:' ~ prefixes | join('|') ~ ')?(?:'
        ~ region.possible ~ ')' -%}
    {%- set too_long = region.code ~ '[0-9]{'
        ~ (region.longest + 1 - region.code | length) ~ ',}' -%}
    {%- set national = dialled -%}
    {%- if region.local is defined -%}
        {%- set national = replace_matches(
            dialled, '^' ~ region.local[0] ~ '$', region.local[1]) -%}
    {%- endif -%}
    case when {{ dialled }} like '+%' then {{ dialled }}
        when {{ matches_fully(dialled, coded ~ '|' ~ too_long) }}
            and not {{ matches_fully(dialled, region.possible) }}
            then '+' || {{ dialled }}
        else '+{{ region.code }}' || {{ national }} end
{%- endmacro -%}


{#-
    A number without the trunk prefix, such as the 0 in +84 (0) 912 345 678.
    Arguments: number, an SQL string: + and digits.
-#}
{%- macro without_trunk_prefix(number) -%}
    {%- set whatever_follows = [] -%}
    {%- set of_some_length = [] -%}
    {%- for rule in phone_metadata().trunk -%}
        {%- if rule.kept == '[1-9][0-9]*' -%}
            {%- do whatever_follows.append('(' ~ rule.codes ~ ')' ~ rule.prefix) -%}
        {%- else -%}
            {%- do of_some_length.append(
                '(' ~ rule.codes ~ ')' ~ rule.prefix ~ '(' ~ rule.kept ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set pattern = '^[+](?:(?:' ~ whatever_follows | join('|') ~ ')([1-9][0-9]*)|'
        ~ of_some_length | join('|') ~ ')$' -%}
    {{ replace_matches(number, pattern, '+{1}{2}{3}{4}{5}{6}{7}{8}{9}') }}
{%- endmacro -%}


{#-
    A number in which the prefix of an old Vietnamese mobile number, of 11 digits up to
    2018, is replaced by the new one.
    Arguments: number, an SQL string: + and digits.
-#}
{%- macro to_new_vietnamese_mobile(number) -%}
    {%- set new_prefixes = {
        '120': '70', '121': '79', '122': '77', '126': '76', '128': '78',
        '123': '83', '124': '84', '125': '85', '127': '81', '129': '82',
        '162': '32', '163': '33', '164': '34', '165': '35',
        '166': '36', '167': '37', '168': '38', '169': '39',
        '186': '56', '188': '58', '199': '59',
    } -%}
    {%- set old_number = '[+]84(?:' ~ new_prefixes | join('|') ~ ')[0-9]{7}' -%}
    {%- set renumbered -%}
    case when {{ matches_fully('numbered', old_number) }}
        then '+84' || case substr(numbered, 4, 3)
            {%- for old, new in new_prefixes.items() %} when '{{ old }}' then '{{ new }}'
            {%- endfor %} end || substr(numbered, 7)
        else numbered end
    {%- endset -%}
    {{ with_value(number, 'numbered', renumbered) }}
{%- endmacro -%}


{#-
    A number if it is valid (of a form that is in use under its calling code), else null.
    A valid number gets a mark in one of three steps: one expression for all the world
    would be too large for the fast way in which DuckDB matches.
    Arguments: number, an SQL string: + and digits.
-#}
{%- macro if_valid_phone(number) -%}
    {%- set marked = namespace(number=number) -%}
    {%- for first_digit in ['[1-3]', '[4-6]', '[7-9]'] -%}
        {%- set forms = [] -%}
        {%- for code, form in phone_metadata().valid.items()
            if modules.re.match(first_digit, code) -%}
            {%- do forms.append(code ~ '(?:' ~ form ~ ')') -%}
        {%- endfor -%}
        {%- set marked.number = replace_matches(
            marked.number, '^[+](?:' ~ forms | join('|') ~ ')$', '={0}') -%}
    {%- endfor -%}
    nullif(regexp_extract({{ marked.number }}, '^=(.*)$', 1), '')
{%- endmacro -%}
