{{ read_raw('products') }}
