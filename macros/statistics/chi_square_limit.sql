{#-
    The 99.9th percentile of the chi-square distribution, which chance exceeds once in a
    thousand times, for 1 to 9 degrees of freedom; null for others. From the table of
    the NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.4; the test is
    K. Pearson's of 1900, Philosophical Magazine 50, 157-175.
    Arguments: degrees, an SQL integer.
-#}
{%- macro chi_square_limit(degrees) -%}
    {%- set limits = [
        10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322, 26.124, 27.877
    ] -%}
    case {{ degrees }}
        {%- for limit in limits %}
        when {{ loop.index }} then {{ limit }}
        {%- endfor %}
    end
{%- endmacro -%}
