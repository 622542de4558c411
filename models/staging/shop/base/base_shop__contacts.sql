{{ read_raw('contacts') }}
