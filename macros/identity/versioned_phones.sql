{#-
    The phone numbers as accounts and orders write them, each once. A version is told by
    the text, the region inside of which it is read, and the placeholders.
-#}
{%- macro versioned_phones() -%}
    with given as (
        select customers.phone
        from ({{ raw_texts('customers', ['phone']) }}) as customers
        where customers.phone is not null
        union distinct
        select orders.phone
        from ({{ raw_texts('orders', ['phone']) }}) as orders
        where orders.phone is not null
    ),

    placeholders as (
        select {{ sum_of_hashes(['part', 'value']) }} as fingerprint
        from {{ ref('placeholder_identifiers') }}
        where identifier_type = 'phone'
    )

    select
        given.phone,
        {{ hash_of([
            'given.phone', 'placeholders.fingerprint',
            "'" ~ var('default_region') ~ "'",
        ]) }} as version_hash
    from given
    cross join placeholders
{%- endmacro -%}
