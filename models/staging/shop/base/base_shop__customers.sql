{{ read_raw('customers') }}
