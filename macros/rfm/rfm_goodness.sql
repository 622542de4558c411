{#-
    What the scores of scheme `rfm` go by, the more the better: a dict of SQL by factor.
    Arguments: person_values, name of a relation with the columns of int_rfm__values.
-#}
{%- macro rfm_goodness(person_values) -%}
    {{ return({
        'recency': '-' ~ person_values ~ '.recency_days',
        'frequency': person_values ~ '.frequency',
        'monetary': person_values ~ '.monetary',
    }) }}
{%- endmacro -%}
