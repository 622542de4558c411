{#-
    Erasure: what is known of customers with an `erased_at` never gets past the reading
    of the raw tables. Which columns are personal, and how, is said in the source
    (meta.personal):

    - customer_id, anonymous_id, email, phone: an erased one is replaced, wherever it
      stands, by a pseudonym that keeps its rows together and its person_id as it was
      (see person_key), so that guests' orders stay with their person;
    - loyalty_card, and contacts that cannot tell persons apart: null wherever they stand;
    - name, detail and text: null in the rows of an erased customer id or browser.
-#}

{#-
    The columns of a raw table, of some kinds of meta.personal, that the raw table has.
    Arguments: contract, the source's node; raw_types, see raw_column_types; kinds.
-#}
{%- macro personal_columns(contract, raw_types, kinds) -%}
    {%- set found = [] -%}
    {%- for column in contract.columns.values()
        if column.name in raw_types and column.config.meta.get('personal') in kinds -%}
        {%- do found.append(column) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}


{#-
    The identifying columns to compare with the erased identifiers: a list, empty where
    the shop does not say who is erased.
    Arguments: contract, the source's node; raw_types, see raw_column_types.
-#}
{%- macro erasable_columns(contract, raw_types) -%}
    {%- if 'erased_at' not in raw_column_types(source('raw', 'customers')) -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(personal_columns(contract, raw_types,
        ['customer_id', 'anonymous_id', 'email', 'phone', 'loyalty_card'])) }}
{%- endmacro -%}


{#-
    Typed raw rows with what is erased in them: for each erasable column is_erased_<name>
    and pseudonym_of_<name>.
    Arguments: typed, a CTE's name; erasable, see erasable_columns.
-#}
{%- macro judged_rows(typed, erasable) -%}
    select
        {{ typed }}.*,
        {%- for column in erasable %}
        {%- set name = column.name %}
        erased_{{ name }}.identifier_hash is not null as is_erased_{{ name }},
        erased_{{ name }}.pseudonym as pseudonym_of_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ typed }}
    {%- for column in erasable %}
    {%- set kind = column.config.meta['personal'] %}
    {%- set erased = 'erased_' ~ column.name %}
    left join {{ ref('base_shop__erased_identifiers') }} as {{ erased }}
        on
            md5({{ comparable_identifier(kind, typed ~ '.' ~ column.name) }})
            = {{ erased }}.identifier_hash
            and {{ erased }}.identifier_type = '{{ kind }}'
    {%- endfor %}
{%- endmacro -%}


{#-
    An identifier as it is compared with the erased ones: an e-mail normalised, or as it
    is where it is no address; all others as they are, because erased phone numbers are
    listed in all their spellings.
    Arguments: kind, see meta.personal; value, SQL.
-#}
{%- macro comparable_identifier(kind, value) -%}
    {%- if kind == 'email' -%}
        coalesce({{ normalised_email(value) }}, lower({{ value }}))
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro -%}


{#-
    A typed column as it may be shown.
    Arguments: column, of the contract; erasable, see erasable_columns.
-#}
{%- macro without_erased(column, erasable) -%}
    {%- set kind = column.config.meta.get('personal') -%}
    {%- set ids = ['customer_id', 'anonymous_id'] -%}
    {%- set owners = [] if kind in ids else erasable
        | selectattr('config.meta.personal', 'in', ids)
        | rejectattr('name', 'equalto', 'referrer_customer_id') | list -%}
    {%- if not kind or not (owners or column in erasable) -%}
        {{ column.name }}
    {%- else -%}
        case
            {%- if column in erasable %}
            when is_erased_{{ column.name }} then pseudonym_of_{{ column.name }}
            {%- endif %}
            {%- for owner in owners %}
            when is_erased_{{ owner.name }} then null
            {%- endfor %}
            else {{ column.name }}
        end
    {%- endif -%}
{%- endmacro -%}


{#-
    What stands for an erased identifier: its person_key behind a mark.
    Arguments: kind, the identifier type; value, SQL: the identifier, of a contact what
    contact_key gives; null of one that cannot tell persons apart.
-#}
{%- macro pseudonym(kind, value) -%}
    {%- if kind in ['email', 'phone'] -%}
        case
            when {{ is_usable_contact(value) }}
                then 'erased:' || {{ hashed_person_key("'any'", "'" ~ kind ~ "'", value) }}
        end
    {%- else -%}
        'erased:' || {{ hashed_person_key("'shop'", "'" ~ kind ~ "'", value) }}
    {%- endif -%}
{%- endmacro -%}


{#-
    Whether a row names an erased customer in any way, as SQL.
    Arguments: erasable, see erasable_columns.
-#}
{%- macro names_an_erased(erasable) -%}
    {%- for column in erasable -%}
        {{ ' or ' if not loop.first }}is_erased_{{ column.name }}
    {%- endfor -%}
{%- endmacro -%}


{#-
    What was hidden in a row, as a hash: rows that differed in it must not become copies
    of each other by being hidden. Null where the row names no erased customer.
    Arguments: hidden, names of the columns that may be; erasable, see erasable_columns.
-#}
{%- macro hash_of_hidden(hidden, erasable) -%}
    {%- if erasable -%}
        case
            when {{ names_an_erased(erasable) }}
                then {{ 'cast(' ~ hash_of(hidden) ~ ' as string)' if hidden else "''" }}
        end
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro -%}


{#-
    The pseudonym of an identifier as the shop gives it. Not for phone numbers, which
    base_shop__phones has read already.
    Arguments: kind, the identifier type; value, SQL.
-#}
{%- macro pseudonym_of_given(kind, value) -%}
    {%- if kind == 'email' -%}
        {{ pseudonym(kind, contact_key(kind, value, normalised_email(value))) }}
    {%- elif kind == 'loyalty_card' -%}
        cast(null as string)
    {%- else -%}
        {{ pseudonym(kind, value) }}
    {%- endif -%}
{%- endmacro -%}
