{#-
    Half the width of the 95% interval of the difference between the means of two
    independent samples whose variances may differ: B. L. Welch 1947, The generalization
    of "Student's" problem when several different population variances are involved,
    Biometrika 34, 28-35. A double; null if a sample has fewer than 5 values (see
    t_quantile) or both have no variance.
    Arguments: variance, persons, control_variance, control_persons: SQL numbers; degrees, a
    column that holds welch_degrees of them.
-#}
{%- macro welch_margin(
    variance, persons, control_variance, control_persons, degrees
) -%}
    case
        when {{ persons }} >= 5 and {{ control_persons }} >= 5
            then {{ t_quantile(degrees) }} * sqrt(
                {{ variance }} / {{ persons }}
                + {{ control_variance }} / {{ control_persons }}
            )
    end
{%- endmacro -%}
