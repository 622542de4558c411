{{ read_raw('stores') }}
