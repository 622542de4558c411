{#-
    Whether a measure is beyond a value of its threshold: whoever is silent for exactly
    churn_days has lapsed, whatever lies exactly at the end of a window is still in it,
    who is exactly as late as usual is not overdue, and a vip has more than the cut.
    Arguments: measures, the name of a relation with a measure, joined with
    `candidates`; amount, its column to compare with.
-#}
{%- macro is_beyond(measures, amount='candidate') -%}
    (
        {{ measures }}.measure > candidates.{{ amount }}
        or (
            {{ measures }}.measure = candidates.{{ amount }}
            and candidates.threshold = 'churn_days'
        )
    )
{%- endmacro -%}
