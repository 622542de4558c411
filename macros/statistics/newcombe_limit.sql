{#-
    The lower or upper limit of the 95% interval of the difference between two
    independent shares, the first less the second: method 10 (hybrid score, without
    continuity correction) of R. G. Newcombe 1998, Interval estimation for the
    difference between independent proportions: comparison of eleven methods, Statistics
    in Medicine 17, 873-890. A double; null if either has no trials.
    Arguments: successes, trials, control_successes, control_trials: SQL numbers; sign, '-' for
    the lower limit, '+' for the upper one.
-#}
{%- macro newcombe_limit(
    successes, trials, control_successes, control_trials, sign
) -%}
    {%- set other = '+' if sign == '-' else '-' -%}
    {%- set share = 'cast(' ~ successes ~ ' as double) / nullif(' ~ trials ~ ', 0)' -%}
    {%- set control_share = 'cast(' ~ control_successes ~ ' as double) / nullif('
        ~ control_trials ~ ', 0)' -%}
    {{ share }} - {{ control_share }} {{ sign }} sqrt(
        power({{ share }} - {{ wilson_limit(successes, trials, sign) }}, 2)
        + power(
            {{ control_share }}
            - {{ wilson_limit(control_successes, control_trials, other) }}, 2
        )
    )
{%- endmacro -%}
