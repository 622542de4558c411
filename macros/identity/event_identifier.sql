{#-
    Whom a web event counts for, as columns identifier_value and identifier_type: the
    customer where it names one, or else the browser.
    Arguments: events, the alias of rows with customer_id and anonymous_id.
-#}
{%- macro event_identifier(events) -%}
    coalesce({{ events }}.customer_id, {{ events }}.anonymous_id) as identifier_value,
        case
            when {{ events }}.customer_id is null then 'anonymous_id' else 'customer_id'
        end as identifier_type
{%- endmacro -%}
