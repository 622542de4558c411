{#-
    A value as an element of a text that is joined by commas (sorted_text) and may be split
    again: within double quotes, as in CSV, if it holds a comma or a double quote.
    Arguments: value, an SQL string.
-#}
{%- macro listed_text(value) -%}
    case
        when {{ value }} like '%,%' or {{ value }} like '%"%'
            then '"' || replace({{ value }}, '"', '""') || '"'
        else {{ value }}
    end
{%- endmacro -%}
