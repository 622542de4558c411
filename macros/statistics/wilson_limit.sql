{#-
    The lower or upper limit of the 95% score interval of a share, without continuity
    correction: E. B. Wilson 1927, Probable inference, the law of succession, and
    statistical inference, Journal of the American Statistical Association 22, 209-212.
    A double; null without trials.
    Arguments: successes, trials: SQL numbers; sign, '-' for the lower limit, '+' for
    the upper one.
-#}
{%- macro wilson_limit(successes, trials, sign) -%}
    {#- z is the 97.5th percentile of the standard normal distribution. -#}
    {%- set z = 'cast(1.959963984540054 as double)' -%}
    (
        2 * {{ successes }} + {{ z }} * {{ z }}
        {{ sign }} {{ z }} * sqrt(
            {{ z }} * {{ z }} + 4 * cast({{ successes }} as double)
            * ({{ trials }} - {{ successes }}) / nullif({{ trials }}, 0)
        )
    ) / (2 * (nullif({{ trials }}, 0) + {{ z }} * {{ z }}))
{%- endmacro -%}
