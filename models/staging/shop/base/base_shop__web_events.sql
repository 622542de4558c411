{{ read_raw('web_events') }}
