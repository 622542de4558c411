{#-
    The usable orders, with the rate and the items that their amount is made of.
    Arguments: known, a relation that has the items_amount and items_hash of all orders
    that matter; none if all do.
-#}
{%- macro rated_orders(known=none) -%}
    {%- set item_totals = ref('base_shop__order_item_totals') -%}
    with orders as (
        {{ unique_rows('orders') }}
    ),

    item_totals as (
        select * from {{ known or item_totals }}
    ),

    rates as (
        select * from {{ ref('stg_shop__exchange_rates') }}
    ),

    -- What keys of contacts hang on beside the contact itself.
    contact_rules as (
        select {{ sum_of_hashes(['identifier_type', 'part', 'value']) }} as placeholders
        from {{ ref('placeholder_identifiers') }}
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
            item_totals.items_hash,
            contact_rules.placeholders
        from dated
        cross join contact_rules
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
            'row_hash', 'content_hash', 'exchange_rate', 'items_hash', 'placeholders',
            "'" ~ var('default_region') ~ "'",
        ]) }} as version_hash
    from rated
{%- endmacro -%}


{#-
    The usable order lines, with the rate of their order: null where it is not staged.
    Arguments: known, a relation that has the exchange_rate of all lines that matter; none
    if all do.
-#}
{%- macro rated_order_items(known=none) -%}
    {%- set valued = ref('base_shop__orders_valued') -%}
    with items as (
        {{ unique_rows('order_items') }}
    ),

    orders as (
        {%- if known %}
        select distinct
            order_id,
            exchange_rate
        from {{ known }}
        {%- else %}
        select
            order_id,
            exchange_rate
        from {{ valued }}
        where problem is null
        {%- endif %}
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
