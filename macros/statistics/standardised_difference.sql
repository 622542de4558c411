{#-
    The difference between two means in standard deviations, the root of the mean of
    both variances: P. C. Austin 2009, Balance diagnostics for comparing the
    distribution of baseline covariates between treatment groups in propensity-score
    matched samples, Statistics in Medicine 28, 3083-3107, who calls up to 0.1 balanced.
    A double; null where a variance is null or both are 0.
    Arguments: mean, variance, control_mean, control_variance: SQL numbers.
-#}
{%- macro standardised_difference(mean, variance, control_mean, control_variance) -%}
    ({{ mean }} - {{ control_mean }})
    / nullif(sqrt(({{ variance }} + {{ control_variance }}) / 2), 0)
{%- endmacro -%}
