{#-
    The first thing that makes a typed raw row unusable, as an SQL expression.
    Arguments: contract, the source's node; raw_types, see raw_column_types; wanted,
    'problem' for the reason, 'column' for the column at fault.
-#}
{%- macro raw_problem(contract, raw_types, wanted) -%}
    {%- set found = [] -%}
    {%- for column in contract.columns.values() if column.name in raw_types -%}
        {#- Only a text can be blank; looking at other types as text is slow. -#}
        {%- set given_is_text = is_text_type(raw_types[column.name].dtype) -%}
        {%- set text = "nullif(trim(cast(given_" ~ column.name ~ " as string)), '')" -%}
        {%- set given = text if given_is_text else 'given_' ~ column.name -%}
        {%- if column.config.meta.get('required') -%}
            {%- do found.append((
                (column.name if column.data_type == 'string' else given) ~ ' is null',
                'missing_value', column.name)) -%}
        {%- endif -%}
        {%- if column.data_type != 'string' -%}
            {%- set is_unread = column.name ~ ' is null and ' ~ given ~ ' is not null' -%}
            {%- if given_is_text and may_be_grouped(column.data_type) -%}
                {%- do found.append((is_unread ~ ' and ' ~ is_ambiguous_number(text),
                    'ambiguous_number', column.name)) -%}
            {%- endif -%}
            {%- do found.append((is_unread, 'unreadable_value', column.name)) -%}
        {%- endif -%}
        {%- if column.config.meta.get('positive') -%}
            {%- do found.append((column.name ~ ' <= 0', 'not_positive', column.name)) -%}
        {%- endif -%}
        {%- if column.config.meta.get('allowed') -%}
            {%- do found.append((
                'lower(' ~ column.name ~ ") not in ('"
                ~ column.config.meta['allowed'] | join("', '") ~ "')",
                'unknown_value', column.name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if may_be_in_future(contract, raw_types) -%}
        {%- do found.append((
            is_in_future(contract), 'dated_in_future', contract.config.meta['dated_by'])) -%}
    {%- endif -%}
    {%- if not found -%}
        cast(null as string)
    {%- else -%}
    case
        {%- for condition, reason, column in found %}
        when {{ condition }} then '{{ reason if wanted == 'problem' else column }}'
        {%- endfor %}
    end
    {%- endif -%}
{%- endmacro -%}


{#-
    Whether rows of a table that are dated in the future cannot be used: where the as-of
    date is taken from the clock.
    Arguments: contract, the source's node; raw_types, see raw_column_types.
-#}
{%- macro may_be_in_future(contract, raw_types) -%}
    {{ return(var('as_of_date') == 'yesterday'
        and contract.config.meta.get('dated_by') in raw_types) }}
{%- endmacro -%}


{#-
    Whether a typed row is dated in the future, as SQL.
    Arguments: contract, the source's node.
-#}
{%- macro is_in_future(contract) -%}
    {%- set dated_by = contract.config.meta['dated_by'] -%}
    {%- set is_instant = contract.columns[dated_by].data_type == 'timestamp' -%}
    {{ to_business_date(dated_by) if is_instant else dated_by }}
    > cast('{{ business_today() }}' as date)
{%- endmacro -%}
