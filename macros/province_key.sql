{#-
    A folded text without what people write before or after the name of a province:
    Tỉnh, Thành phố, TP., Province, City, Vietnam.
    Arguments: text, an SQL string.
-#}
{%- macro province_key(text) -%}
    {{ replace_matches(
        replace_matches(fold_text(text), '^(?:tinh|thanhpho|tp)|vietnam$', ''),
        '(?:province|city)$', '') }}
{%- endmacro -%}
