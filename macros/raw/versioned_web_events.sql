{#- The web events of all systems, with the category of the product that they name. -#}
{%- macro versioned_web_events() -%}
    select
        events.*,
        products.category as product_category,
        {{ version_of(['events.content_hash', 'products.category']) }} as version_hash
    from ({{ union_systems('web_events') }}) as events
    left join ({{ union_systems('products') }}) as products
        on
            events.product_id = products.product_id
            and events.source_system = products.source_system
{%- endmacro -%}
