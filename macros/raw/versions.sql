{#-
    Tables that are kept from run to run and hold one row per version_hash: a row is
    computed once, and again when what it is made of changes. Two states are compared, so
    that a run that was killed is made up for by the next one.
-#}

{#-
    For the pre-hook of such a table: deletes the rows that it should no longer have.
    Arguments: current, a query of what it should have.
-#}
{%- macro delete_other_versions(current) -%}
    {%- if this is not none and is_incremental() -%}
        delete from {{ this }}
        where version_hash not in (
            select versions.version_hash from ({{ current }}) as versions
        )
    {%- endif -%}
{%- endmacro -%}


{#- For its query: a where clause, rows that it has not. -#}
{%- macro where_version_is_new() -%}
    {%- if this is not none and is_incremental() -%}
        where version_hash not in (select known.version_hash from {{ this }} as known)
    {%- endif -%}
{%- endmacro -%}


{#-
    The hash by which versions of a row are told apart. The vars that say what a date and
    an amount are count too, so that another value makes every row a new one.
    Arguments: columns, SQL, what the row is made of.
-#}
{%- macro version_of(columns) -%}
    {{ hash_of(columns + [
        "'" ~ var('reporting_timezone') ~ ' ' ~ var('reporting_currency') ~ "'"
    ]) }}
{%- endmacro -%}


{#- The web events of all systems. -#}
{%- macro versioned_web_events() -%}
    select
        events.*,
        {{ version_of(['events.content_hash']) }} as version_hash
    from ({{ union_systems('web_events') }}) as events
{%- endmacro -%}


{#- The orders of all systems, which say themselves what they are made of. -#}
{%- macro versioned_orders() -%}
    {{ union_systems('orders') }}
{%- endmacro -%}


{#-
    The sum of the hashes of some rows, in an aggregation: neither the order of the rows
    can hide a change of it, nor that two of them are equal.
    Arguments: columns, SQL, what of each row counts.
-#}
{%- macro sum_of_hashes(columns) -%}
    cast(sum(cast({{ hash_of(columns) }} as decimal(20, 0))) as decimal(38, 0))
{%- endmacro -%}


{#- The usable orders, with the rate and the items that their amount is made of. -#}
{%- macro rated_orders() -%}
    with orders as (
        {{ unique_rows('orders') }}
    ),

    item_totals as (
        select * from {{ ref('base_shop__order_item_totals') }}
    ),

    rates as (
        select * from {{ ref('stg_shop__exchange_rates') }}
    ),

    dated as (
        select
            *,
            coalesce(currency, '{{ var("reporting_currency") }}') as order_currency,
            {{ to_business_date('ordered_at') }} as ordered_on,
            {{ to_business_date('cancelled_at') }} as cancelled_on
        from orders
    ),

    rated as (
        select
            dated.*,
            case
                when dated.order_currency = '{{ var("reporting_currency") }}'
                    then cast(1 as decimal(18, 8))
                else rates.rate_to_reporting
            end as exchange_rate,
            item_totals.items_amount,
            item_totals.items_hash
        from dated
        left join item_totals on dated.order_id = item_totals.order_id
        left join rates
            on
                dated.order_currency = rates.currency
                and dated.ordered_on >= rates.valid_from
                and dated.ordered_on < rates.valid_to
    )

    select
        *,
        {{ version_of([
            'row_hash', 'content_hash', 'exchange_rate', 'items_amount', 'items_hash',
        ]) }} as version_hash
    from rated
{%- endmacro -%}


{#- The usable order lines, with the rate of their order: null where it is not staged. -#}
{%- macro rated_order_items() -%}
    with items as (
        {{ unique_rows('order_items') }}
    ),

    orders as (
        select
            order_id,
            exchange_rate
        from {{ ref('base_shop__orders_valued') }}
        where problem is null
    ),

    rated as (
        select
            items.*,
            orders.exchange_rate
        from items
        left join orders on items.order_id = orders.order_id
    )

    select
        *,
        {{ version_of(['row_hash', 'content_hash', 'exchange_rate']) }} as version_hash
    from rated
{%- endmacro -%}
