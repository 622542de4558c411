{{ read_raw('loyalty_accounts') }}
