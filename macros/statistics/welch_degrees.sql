{#-
    Degrees of freedom of the difference between the means of two independent samples
    whose variances may differ: F. E. Satterthwaite 1946, An approximate distribution of
    estimates of variance components, Biometrics Bulletin 2, 110-114. A double; null
    below two persons, and where both have no variance.
    Arguments: variance, persons, control_variance, control_persons: SQL numbers.
-#}
{%- macro welch_degrees(variance, persons, control_variance, control_persons) -%}
    {%- set error = variance ~ ' / nullif(' ~ persons ~ ', 0)' -%}
    {%- set control_error = control_variance ~ ' / nullif(' ~ control_persons
        ~ ', 0)' -%}
    power({{ error }} + {{ control_error }}, 2)
    / nullif(
        power({{ error }}, 2) / nullif({{ persons }} - 1, 0)
        + power({{ control_error }}, 2) / nullif({{ control_persons }} - 1, 0),
        0
    )
{%- endmacro -%}
