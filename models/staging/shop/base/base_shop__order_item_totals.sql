{{ order_item_totals() }}
