{{ read_raw('exchange_rates') }}
