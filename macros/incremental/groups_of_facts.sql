{#-
    What the groups of tables with strategy `changed_groups` are made of: queries for their
    pre-hooks. Each gives the hash of the group, how many rows it has, and the hashes of
    their versions by bit_xor: no two rows have the same one.
-#}

{#-
    What the rows of such a table were made of.
    Arguments: counted, its column that says of how many rows each of its own was made;
    fingerprint, its column of their hashes.
-#}
{%- macro rows_by_group(counted, fingerprint='fingerprint') -%}
    {%- set group_hash = config.get('group_by') -%}
    select
        {{ group_hash }},
        cast(sum({{ counted }}) as bigint) as {{ counted }},
        bit_xor({{ fingerprint }}) as {{ fingerprint }}
    from {{ this }}
    group by {{ group_hash }}
{%- endmacro -%}


{#- Web events up to the as-of date, by browser. -#}
{%- macro events_by_browser() -%}
    select
        browser_hash,
        cast(count(*) as bigint) as events,
        bit_xor(version_hash) as fingerprint
    from {{ ref('int_web_events__unioned') }}
    where occurred_on <= (select as_of_date from {{ ref('int_calendar__bounds') }})
    group by browser_hash
{%- endmacro -%}


{#- Orders, whatever their date, by the contacts that they name. -#}
{%- macro orders_by_contact() -%}
    select
        contact_hash,
        cast(count(*) as bigint) as orders,
        bit_xor(version_hash) as fingerprint
    from {{ ref('int_orders__unioned') }}
    group by contact_hash
{%- endmacro -%}


{#-
    The version of an order as it is classified: which it is, whether it was cancelled by the
    as-of date, and the vars that say which statuses count.
    Arguments: version_hash, is_cancelled: SQL.
-#}
{%- macro standing_of_order(version_hash, is_cancelled) -%}
    {{ hash_of([
        version_hash, is_cancelled,
        "'" ~ (items_of('counted_order_statuses') + ['|']
            + items_of('uncounted_order_statuses'))
            | map('lower') | join(' ') | replace("'", "''") ~ "'",
    ]) }}
{%- endmacro -%}


{#- A refund as far as the order's row hangs on it. -#}
{%- macro fact_of_refund() -%}
    {{ hash_of([
        'source_system', 'order_id', 'refund_id', 'effective_amount',
        'is_refunded_in_full', 'takes_effect_on',
    ]) }}
{%- endmacro -%}


{#- Orders up to the as-of date with their refunds and whose they are, by contacts. -#}
{%- macro standing_by_contact() -%}
    select
        orders.contact_hash,
        'orders' as part,
        owners.owner_hash,
        cast(count(*) as bigint) as facts,
        bit_xor({{ standing_of_order('orders.version_hash',
            'coalesce(orders.cancelled_on <= bounds.as_of_date, false)') }}) as fingerprint
    from {{ ref('int_orders__unioned') }} as orders
    cross join {{ ref('int_calendar__bounds') }} as bounds
    left join (
        select
            contact_hash,
            bit_xor(owner_hash) as owner_hash
        from {{ ref('int_orders__owners') }}
        group by contact_hash
    ) as owners on orders.contact_hash = owners.contact_hash
    where orders.ordered_on <= bounds.as_of_date
    group by orders.contact_hash, owners.owner_hash
    union all
    select
        contact_hash,
        'refunds' as part,
        null as owner_hash,
        cast(count(*) as bigint) as facts,
        bit_xor({{ fact_of_refund() }}) as fingerprint
    from {{ ref('int_refunds__effective') }}
    group by contact_hash
{%- endmacro -%}


{#- The same as int_orders__classified was made of it. -#}
{%- macro told_standing_by_contact() -%}
    select
        contact_hash,
        'orders' as part,
        owner_hash,
        cast(count(*) as bigint) as facts,
        bit_xor(standing_hash) as fingerprint
    from {{ this }}
    group by contact_hash, owner_hash
    union all
    select
        contact_hash,
        'refunds' as part,
        null as owner_hash,
        cast(sum(refunds) as bigint) as facts,
        bit_xor(refunds_fingerprint) as fingerprint
    from {{ this }}
    where refunds > 0
    group by contact_hash
{%- endmacro -%}
