{#-
    Whether what a scheme says of a day is replaced by the next run: of scheme `rfm` on the
    end of the open period.
    Arguments: scheme, SQL; is_open_period, SQL, is_provisional of int_rfm__periods on that
    day, null where no period ends.
-#}
{%- macro is_provisional(scheme, is_open_period) -%}
    {{ scheme }} = 'rfm' and coalesce({{ is_open_period }}, false)
{%- endmacro -%}
