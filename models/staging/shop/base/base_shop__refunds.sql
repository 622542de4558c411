{{ read_raw('refunds') }}
