{{ read_raw('ad_spend') }}
