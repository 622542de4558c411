{{ read_raw('order_items') }}
