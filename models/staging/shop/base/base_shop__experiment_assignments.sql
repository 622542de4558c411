{{ read_raw('experiment_assignments') }}
