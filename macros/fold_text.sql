{#-
    A text by which spellings are compared: lower case, Vietnamese letters without marks
    (composed or not), no punctuation and no space: `Tp. Đà Nẵng` gives `tpdanang`.
    It is slow; call it on the distinct values of a column.
    Arguments: text, an SQL string.
-#}
{%- macro fold_text(text) -%}
    {%- set marked = {
        'a': 'àáảãạăằắẳẵặâầấẩẫậ', 'e': 'èéẻẽẹêềếểễệ', 'i': 'ìíỉĩị',
        'o': 'òóỏõọôồốổỗộơờớởỡợ', 'u': 'ùúủũụưừứửữự', 'y': 'ỳýỷỹỵ', 'd': 'đð',
    } -%}
    {%- set plain = [] -%}
    {%- for letter, letters in marked.items() -%}
        {%- do plain.append(letter * (letters | length)) -%}
    {%- endfor -%}
    {{ replace_matches(
        "translate(lower(" ~ text ~ "), '" ~ marked.values() | join ~ "', '"
        ~ plain | join ~ "')", '[^a-z0-9]+', '') }}
{%- endmacro -%}
