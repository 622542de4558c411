{#-
    Columns of experiment_results: a share of the persons of the variant, and how far it
    is above that of the control, with both limits.
    Arguments: measure, a count in int_experiments__samples, which is joined twice: as
    samples and as controls.
-#}
{%- macro compared_shares(measure) -%}
    {%- set sample, control = 'samples.' ~ measure, 'controls.' ~ measure -%}
    {%- set share = 'cast(' ~ sample ~ ' as double) / nullif(samples.persons, 0)' -%}
    {%- set control_share = 'cast(' ~ control ~ ' as double) / nullif(controls.persons, 0)' -%}
    cast(round({{ share }}, 6) as decimal(9, 6)) as {{ measure }}_share,
    cast(round({{ share }} - {{ control_share }}, 6) as decimal(9, 6))
        as {{ measure }}_difference,
    {%- for limit, sign in [('lower', '-'), ('upper', '+')] %}
    cast(round(
        {{ newcombe_limit(sample, 'samples.persons', control, 'controls.persons', sign) }}, 6
    ) as decimal(9, 6)) as {{ measure }}_{{ limit }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}


{#-
    Columns of experiment_results: a mean per person of the variant, and how far it is
    above that of the control, with both limits.
    Arguments: measure, as in compared_shares, of a mean and variance; scale, how many
    decimals.
-#}
{%- macro compared_means(measure, scale) -%}
    {%- set mean, variance = measure ~ '_mean', measure ~ '_variance' -%}
    cast(round(samples.{{ mean }}, {{ scale }}) as decimal(18, {{ scale }}))
        as {{ measure }}_per_person,
    cast(round(
        samples.{{ mean }} - controls.{{ mean }}, {{ scale }}
    ) as decimal(18, {{ scale }})) as {{ measure }}_difference,
    {%- for limit, sign in [('lower', '-'), ('upper', '+')] %}
    cast(round(
        samples.{{ mean }} - controls.{{ mean }} {{ sign }} {{ welch_margin(
            'samples.' ~ variance, 'samples.persons',
            'controls.' ~ variance, 'controls.persons',
            'controls.' ~ measure ~ '_degrees',
        ) }}, {{ scale }}
    ) as decimal(18, {{ scale }})) as {{ measure }}_{{ limit }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}


{#-
    A column of experiment_results: how far apart variant and control were before.
    Arguments: measure, as in compared_means.
-#}
{%- macro compared_balance(measure) -%}
    cast(round({{ standardised_difference(
        'samples.' ~ measure ~ '_mean', 'samples.' ~ measure ~ '_variance',
        'controls.' ~ measure ~ '_mean', 'controls.' ~ measure ~ '_variance',
    ) }}, 4) as decimal(18, 4)) as {{ measure }}_imbalance
{%- endmacro -%}
