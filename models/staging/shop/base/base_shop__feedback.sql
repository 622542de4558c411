{{ read_raw('feedback') }}
