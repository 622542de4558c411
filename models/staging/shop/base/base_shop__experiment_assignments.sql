{{ config(materialized='landed', schema='restricted') }}

{{ read_raw('experiment_assignments') }}
